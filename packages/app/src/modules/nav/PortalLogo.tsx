/** Three stacked bars, one per engine; with the product's name when asked for. */
export const PortalLogo = (props: { withName?: boolean }) => (
  <svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox={props.withName ? '0 0 156 24' : '0 0 24 24'}
    height={24}
    role="img"
    aria-label="Data Resources"
  >
    <g fill="#6fb1f5">
      <rect y="2" width="22" height="5" rx="2.5" />
      <rect y="9.5" width="22" height="5" rx="2.5" opacity="0.75" />
      <rect y="17" width="22" height="5" rx="2.5" opacity="0.5" />
    </g>
    {props.withName && (
      <text x="32" y="17.5" fill="#fff" fontSize="16" fontFamily="sans-serif">
        Data Resources
      </text>
    )}
  </svg>
);

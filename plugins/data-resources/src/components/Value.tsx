import { VisuallyHidden } from '@backstage/ui';
import styles from './Value.module.css';

/** A setting's value in the engine's own spelling; lists and maps as JSON. */
export const Value = ({ value }: { value: unknown }) => {
  if (value === undefined || value === null) {
    return (
      <span className={styles.nothing}>
        <span aria-hidden>—</span>
        <VisuallyHidden>nothing</VisuallyHidden>
      </span>
    );
  }
  return <code className={styles.value}>{valueText(value)}</code>;
};

const FITS_ONE_LINE = 60;

function valueText(value: unknown): string {
  if (typeof value !== 'object') {
    return `${value}` === '' ? '""' : `${value}`;
  }
  const line = JSON.stringify(value);
  return line.length <= FITS_ONE_LINE ? line : JSON.stringify(value, null, 2);
}

import { Select } from '@backstage/ui';

const ANY = 'any';

/** A filter of a list: one value, or any. */
export const FilterSelect = (props: {
  label: string;
  value?: string;
  options: { id: string; label: string }[];
  onChange(value: string | undefined): void;
}) => {
  const known = props.options.some(option => option.id === props.value);
  // A value from the address that is in no list (yet) is shown all the same: it filters.
  const extra =
    props.value && !known ? [{ id: props.value, label: props.value }] : [];

  return (
    <Select
      label={props.label}
      value={props.value ?? ANY}
      options={[{ id: ANY, label: 'Any' }, ...extra, ...props.options]}
      onChange={value =>
        props.onChange(value === ANY || value === null ? undefined : `${value}`)
      }
    />
  );
};

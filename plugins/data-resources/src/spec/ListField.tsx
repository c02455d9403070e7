import { TextField } from '@backstage/ui';
import { useState } from 'react';

/** A list of short texts, written in one line. */
export const ListField = (props: {
  label: string;
  description?: string;
  isRequired?: boolean;
  value: readonly string[] | undefined;
  onChange(value: string[] | undefined): void;
}) => {
  const { value, onChange, ...field } = props;
  const [text, setText] = useState(value?.join(', ') ?? '');
  return (
    <TextField
      {...field}
      secondaryLabel="separated by commas"
      autoComplete="off"
      spellCheck="false"
      value={text}
      onChange={next => {
        setText(next);
        const items = itemsOf(next);
        onChange(items.length > 0 ? items : undefined);
      }}
    />
  );
};

/** A comma behind the last item is where the next one will be typed. */
function itemsOf(text: string): string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
}

import { TextAreaField } from '@backstage/ui';
import type { JsonValue } from '@backstage/types';
import { useState } from 'react';

/** A value of a shape that no other field is made for. */
export const JsonField = (props: {
  label: string;
  description?: string;
  isRequired?: boolean;
  value: JsonValue | undefined;
  onChange(value: JsonValue | undefined): void;
}) => {
  const { value, onChange, ...field } = props;
  const [text, setText] = useState(
    value === undefined ? '' : JSON.stringify(value, undefined, 2),
  );
  const [isWrong, setWrong] = useState(false);

  return (
    <TextAreaField
      {...field}
      secondaryLabel={isWrong ? 'not JSON yet' : 'as JSON'}
      isInvalid={isWrong}
      rows={4}
      value={text}
      onChange={next => {
        setText(next);
        try {
          onChange(next.trim() === '' ? undefined : JSON.parse(next));
          setWrong(false);
        } catch {
          setWrong(true);
        }
      }}
    />
  );
};

import { Combobox } from '@backstage/ui';
import { useRef } from 'react';

/** A text, with some that are often wanted; any other may be written. */
export const OfferField = (props: {
  label: string;
  description?: string;
  isRequired?: boolean;
  validate?(): string;
  validationBehavior?: 'aria';
  offers: readonly string[];
  value: string;
  onChange(value: string): void;
  /** Called instead of `onChange` with one that was picked. */
  onPick?(value: string): void;
  /** Called when Enter ends a text that was written. */
  onEnter?(): void;
}) => {
  const {
    offers,
    value,
    onChange,
    onPick = onChange,
    onEnter,
    ...field
  } = props;
  const isPicked = useRef(false);
  const typed = value.toLowerCase();
  const shown = onEnter
    ? offers.filter(offer => offer.toLowerCase().includes(typed))
    : offers;

  return (
    <Combobox
      {...field}
      allowsCustomValue
      // A list that opens by itself would cover the fields below with what is seldom wanted.
      menuTrigger={onEnter ? 'input' : 'manual'}
      options={shown.map(offer => ({ id: offer, label: offer }))}
      // Filtered here: the arrow keys would go through what the field itself filters out.
      search={{ mode: 'server', inputValue: value, onInputChange: onChange }}
      value={null}
      onChange={key => {
        if (key !== null) {
          isPicked.current = true;
          onPick(`${key}`);
        }
      }}
      onKeyDown={event => {
        // What Enter picks of the list was picked just now.
        if (onEnter && event.key === 'Enter' && !isPicked.current) {
          // Not the form that it is in.
          event.preventDefault();
          onEnter();
        }
        isPicked.current = false;
      }}
    />
  );
};

import { Button, TextField } from '@backstage/ui';
import type { JsonObject } from '@backstage/types';
import { useEffect, useRef, useState } from 'react';
import { pathWithin, useFieldProblems } from './fieldProblems';
import { OfferField } from './OfferField';
import { Problems } from './Problems';
import { SpecField } from './SpecField';
import styles from './SpecForm.module.css';
import { withField, type SpecSchema } from './specSchema';

/**
 * Values under keys, such as a topic's configuration: a field for each key that people look for,
 * and for those that were added.
 */
export const MapField = (props: {
  name: string;
  path: string;
  schema: SpecSchema;
  /** Keys to offer. */
  keys?: readonly string[];
  value: JsonObject;
  onChange(value: JsonObject): void;
}) => {
  const { name, path, schema, keys = [], value, onChange } = props;
  const problems = useFieldProblems(path);
  const [typed, setTyped] = useState('');
  const [added, setAdded] = useState<string>();
  const addedEntry = useRef<HTMLDivElement>(null);
  const ofValues = schema.additionalProperties as SpecSchema;
  const common = schema.properties ?? {};
  const isFree = (key: string) =>
    key !== '' && !Object.hasOwn(value, key) && !Object.hasOwn(common, key);
  const offers = keys.filter(isFree);

  const add = (key: string) => {
    if (isFree(key)) {
      onChange({ ...value, [key]: startOf(ofValues) });
      setTyped('');
      setAdded(key);
    }
  };
  // Its value is what is written next, in the place of the one that it begins with.
  useEffect(() => {
    const input = addedEntry.current?.querySelector('input');
    input?.focus();
    input?.select();
  }, [added]);
  const adder = {
    label: `Another key of ${name}`,
    value: typed,
    onChange: setTyped,
  };

  return (
    <fieldset className={styles.group}>
      <legend>{name}</legend>
      {schema.description && (
        <p className={styles.description}>{schema.description}</p>
      )}
      <Problems of={problems} />
      {Object.entries(common).map(([key, field]) => (
        <SpecField
          key={key}
          name={key}
          path={pathWithin(path, key)}
          schema={field}
          value={value[key]}
          onChange={next => onChange(withField(value, key, next))}
        />
      ))}
      {Object.keys(value)
        .filter(key => !Object.hasOwn(common, key))
        .map(key => (
          <div
            key={key}
            ref={key === added ? addedEntry : undefined}
            className={styles.entry}
          >
            <SpecField
              name={key}
              path={pathWithin(path, key)}
              schema={ofValues}
              isRequired
              value={value[key]}
              onChange={next =>
                // A key is taken away by its button, and not by emptying its value.
                onChange({ ...value, [key]: next ?? '' })
              }
            />
            <Button
              variant="tertiary"
              aria-label={`Remove ${key}`}
              onPress={() => onChange(withField(value, key, undefined))}
            >
              Remove
            </Button>
          </div>
        ))}
      <div className={styles.entry}>
        {offers.length > 0 ? (
          <OfferField
            // Emptied, it would open its list.
            key={Object.keys(value).length}
            {...adder}
            offers={offers}
            onPick={add}
            onEnter={() => add(typed.trim())}
          />
        ) : (
          <TextField
            {...adder}
            autoComplete="off"
            spellCheck="false"
            onKeyDown={event => {
              if (event.key === 'Enter') {
                // Not the form that it is in.
                event.preventDefault();
                add(typed.trim());
              }
            }}
          />
        )}
        <Button
          variant="secondary"
          aria-label={`Add to ${name}`}
          isDisabled={!isFree(typed.trim())}
          onPress={() => add(typed.trim())}
        >
          Add
        </Button>
      </div>
    </fieldset>
  );
};

function startOf({ type, minimum }: SpecSchema): string | number | boolean {
  if (type === 'boolean') {
    return false;
  }
  return type === 'integer' || type === 'number' ? minimum ?? 1 : '';
}

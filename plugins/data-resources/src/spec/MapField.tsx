import { Button, TextField } from '@backstage/ui';
import type { JsonObject } from '@backstage/types';
import { useState } from 'react';
import { pathWithin, useFieldProblems } from './fieldProblems';
import { Problems } from './Problems';
import { SpecField } from './SpecField';
import styles from './SpecForm.module.css';
import { withField, type SpecSchema } from './specSchema';

/** Values under keys that the schema does not name, such as a topic's configuration. */
export const MapField = (props: {
  name: string;
  path: string;
  schema: SpecSchema;
  value: JsonObject;
  onChange(value: JsonObject): void;
}) => {
  const { name, path, schema, value, onChange } = props;
  const problems = useFieldProblems(path);
  const [added, setAdded] = useState('');
  const ofValues = schema.additionalProperties as SpecSchema;
  const key = added.trim();

  return (
    <fieldset className={styles.group}>
      <legend>{name}</legend>
      {schema.description && (
        <p className={styles.description}>{schema.description}</p>
      )}
      <Problems of={problems} />
      {Object.keys(value).map(each => (
        <div key={each} className={styles.entry}>
          <SpecField
            name={each}
            path={pathWithin(path, each)}
            schema={ofValues}
            isRequired
            value={value[each]}
            onChange={next =>
              // A key is taken away by its button, and not by emptying its value.
              onChange({ ...value, [each]: next ?? '' })
            }
          />
          <Button
            variant="tertiary"
            aria-label={`Remove ${each}`}
            onPress={() => onChange(withField(value, each, undefined))}
          >
            Remove
          </Button>
        </div>
      ))}
      <div className={styles.entry}>
        <TextField
          label={`Another key of ${name}`}
          value={added}
          onChange={setAdded}
          autoComplete="off"
          spellCheck="false"
        />
        <Button
          variant="secondary"
          aria-label={`Add to ${name}`}
          isDisabled={key === '' || Object.hasOwn(value, key)}
          onPress={() => {
            onChange({ ...value, [key]: startOf(ofValues) });
            setAdded('');
          }}
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

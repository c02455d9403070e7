import {
  Checkbox,
  NumberField,
  Select,
  TextAreaField,
  TextField,
} from '@backstage/ui';
import type { JsonObject, JsonValue } from '@backstage/types';
import { JsonField } from './JsonField';
import { MapField } from './MapField';
import styles from './SpecForm.module.css';
import { fieldKind, withField, type SpecSchema } from './specSchema';

const UNSET = '';

/** One value of a spec. An empty field is no value: the engine's default applies. */
export const SpecField = (props: {
  /** In the engine's own words. */
  name: string;
  schema: SpecSchema;
  isRequired?: boolean;
  value: JsonValue | undefined;
  onChange(value: JsonValue | undefined): void;
}) => {
  const { name, schema, isRequired, value, onChange } = props;
  const common = {
    label: name,
    description: schema.description,
    isRequired,
  };

  switch (fieldKind(schema)) {
    case 'choice':
      return (
        <Select
          {...common}
          value={typeof value === 'string' ? value : UNSET}
          options={[
            ...(isRequired ? [] : [{ id: UNSET, label: 'Not set' }]),
            ...schema.enum!.map(each => ({ id: `${each}`, label: `${each}` })),
          ]}
          onChange={next => onChange(next ? `${next}` : undefined)}
        />
      );
    case 'number':
      return (
        <NumberField
          {...common}
          minValue={schema.minimum}
          maxValue={schema.maximum}
          formatOptions={{ useGrouping: false }}
          value={typeof value === 'number' ? value : NaN}
          onChange={next => onChange(Number.isNaN(next) ? undefined : next)}
        />
      );
    case 'boolean':
      return (
        <div>
          <Checkbox isSelected={value === true} onChange={onChange}>
            {name}
          </Checkbox>
          {schema.description && (
            <p className={styles.description}>{schema.description}</p>
          )}
        </div>
      );
    case 'text':
      return (
        <TextField
          {...common}
          maxLength={schema.maxLength}
          value={value === undefined ? '' : `${value}`}
          onChange={next => onChange(next === '' ? undefined : next)}
        />
      );
    case 'long text':
      return (
        <TextAreaField
          {...common}
          rows={8}
          maxLength={schema.maxLength}
          value={value === undefined ? '' : `${value}`}
          onChange={next => onChange(next === '' ? undefined : next)}
        />
      );
    case 'list':
      return (
        <TextField
          {...common}
          secondaryLabel="separated by commas"
          value={Array.isArray(value) ? value.join(', ') : ''}
          onChange={next => onChange(listOf(next))}
        />
      );
    case 'group': {
      const group = (value ?? {}) as JsonObject;
      return (
        <fieldset className={styles.group}>
          <legend>{name}</legend>
          {schema.description && (
            <p className={styles.description}>{schema.description}</p>
          )}
          {Object.entries(schema.properties!).map(([field, inner]) => (
            <SpecField
              key={field}
              name={field}
              schema={inner}
              isRequired={schema.required?.includes(field)}
              value={group[field]}
              onChange={next => onChange(withField(group, field, next))}
            />
          ))}
        </fieldset>
      );
    }
    case 'map':
      return (
        <MapField
          name={name}
          schema={schema}
          value={(value ?? {}) as JsonObject}
          onChange={onChange}
        />
      );
    default:
      return <JsonField {...common} value={value} onChange={onChange} />;
  }
};

/** What is being typed stays as it is: an item after a comma may follow. */
function listOf(text: string): string[] | undefined {
  const items = text.split(',').map(item => item.trimStart());
  return text === '' ? undefined : items;
}

import {
  Checkbox,
  NumberField,
  Select,
  TextAreaField,
  TextField,
} from '@backstage/ui';
import type { JsonObject, JsonValue } from '@backstage/types';
import { pathWithin, useFieldProblems } from './fieldProblems';
import { JsonField } from './JsonField';
import { ListField } from './ListField';
import { MapField } from './MapField';
import { OfferField } from './OfferField';
import { Problems } from './Problems';
import styles from './SpecForm.module.css';
import { fieldKind, withField, type SpecSchema } from './specSchema';

const UNSET = '';

/** A number of a list; what is none goes on as it is, and the API says what would be right. */
const WHOLE = /^\d{1,15}$/;

/** One object for all: with a new one a field forgets what is being typed into it. */
const PLAIN_NUMBER = { useGrouping: false };

/** One value of a spec. An empty field is no value: the engine's default applies. */
export const SpecField = (props: {
  /** In the engine's own words. */
  name: string;
  /** Where it is in the input, e.g. `spec.partitions`. */
  path: string;
  schema: SpecSchema;
  /** What the instance allows for it, if it says anything. */
  limit?: unknown;
  /** Keys that it may have there, where it is a map. */
  keys?: readonly string[];
  isRequired?: boolean;
  value: JsonValue | undefined;
  onChange(value: JsonValue | undefined): void;
}) => {
  const { name, path, schema, isRequired, value, onChange } = props;
  const description = [schema.description, limitText(props.limit)]
    .filter(Boolean)
    .join('. ');
  const kind = fieldKind(schema);
  const isWhole = kind === 'list' || kind === 'json';
  const problems = useFieldProblems(path, isWhole ? 'deep' : undefined);
  const common = {
    label: name,
    description,
    isRequired,
    ...(problems.length > 0 && {
      validate: () => problems.join('; '),
      // Shown at once, and in nobody's way: what is sent is judged again.
      validationBehavior: 'aria' as const,
    }),
  };

  switch (kind) {
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
          formatOptions={PLAIN_NUMBER}
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
          <Problems of={problems} />
        </div>
      );
    case 'text':
      return schema.examples ? (
        <OfferField
          {...common}
          offers={schema.examples.map(String)}
          value={value === undefined ? '' : `${value}`}
          onChange={next => onChange(next === '' ? undefined : next)}
        />
      ) : (
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
          className={styles.code}
          rows={10}
          spellCheck="false"
          maxLength={schema.maxLength}
          value={value === undefined ? '' : `${value}`}
          onChange={next => onChange(next === '' ? undefined : next)}
        />
      );
    case 'list':
      return (
        <ListField
          {...common}
          value={Array.isArray(value) ? value.map(String) : undefined}
          onChange={items =>
            onChange(
              schema.items?.type === 'integer'
                ? items?.map(item => (WHOLE.test(item) ? Number(item) : item))
                : items,
            )
          }
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
          <Problems of={problems} />
          {Object.entries(schema.properties!).map(([field, inner]) => (
            <SpecField
              key={field}
              name={field}
              path={pathWithin(path, field)}
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
          path={path}
          schema={schema}
          keys={props.keys}
          value={(value ?? {}) as JsonObject}
          onChange={onChange}
        />
      );
    default:
      return <JsonField {...common} value={value} onChange={onChange} />;
  }
};

/** What an instance's limit says to whoever fills in the field of the same name. */
function limitText(limit: unknown): string | undefined {
  if (Array.isArray(limit)) {
    return `This instance allows ${limit.join(', ') || 'none'}`;
  }
  return typeof limit === 'number'
    ? `This instance allows at most ${limit}`
    : undefined;
}

import { Flex } from '@backstage/ui';
import type { JsonObject } from '@backstage/types';
import { SpecField } from './SpecField';
import { withField, type SpecSchema } from './specSchema';

/** The fields of a spec, made from its type's JSON Schema. */
export const SpecForm = (props: {
  schema: SpecSchema;
  value: JsonObject;
  onChange(value: JsonObject): void;
}) => {
  const { schema, value, onChange } = props;
  return (
    <Flex direction="column" gap="3">
      {Object.entries(schema.properties ?? {}).map(([name, field]) => (
        <SpecField
          key={name}
          name={name}
          schema={field}
          isRequired={schema.required?.includes(name)}
          value={value[name]}
          onChange={next => onChange(withField(value, name, next))}
        />
      ))}
    </Flex>
  );
};

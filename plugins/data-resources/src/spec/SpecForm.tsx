import { Flex } from '@backstage/ui';
import type { JsonObject } from '@backstage/types';
import type { Instance } from '@data-resources/plugin-data-resources-common';
import { pathWithin } from './fieldProblems';
import { SpecField } from './SpecField';
import { withField, type SpecSchema } from './specSchema';

/** The fields of a spec, made from its type's JSON Schema. */
export const SpecForm = (props: {
  schema: SpecSchema;
  /** Whose limits are told at the fields that they are about. */
  instance?: Instance;
  value: JsonObject;
  onChange(value: JsonObject): void;
}) => {
  const { schema, instance, value, onChange } = props;
  return (
    <Flex direction="column" gap="3">
      {Object.entries(schema.properties ?? {}).map(([name, field]) => (
        <SpecField
          key={name}
          name={name}
          path={pathWithin('spec', name)}
          schema={field}
          limit={instance?.limits[name]}
          keys={keysOf(field, instance)}
          isRequired={schema.required?.includes(name)}
          value={value[name]}
          onChange={next => onChange(withField(value, name, next))}
        />
      ))}
    </Flex>
  );
};

/** What the keys of a map may be: what its type knows, or what there is on the instance. */
function keysOf(
  schema: SpecSchema,
  instance: Instance | undefined,
): string[] | undefined {
  const ofTopology = schema['x-topology'];
  return ofTopology
    ? Object.keys(instance?.topology?.[ofTopology] ?? {})
    : schema.propertyNames?.examples?.map(String);
}

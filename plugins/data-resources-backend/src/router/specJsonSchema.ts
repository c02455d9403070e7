import type { JsonObject } from '@backstage/types';
import type {
  ResourceType,
  SpecKeys,
} from '@data-resources/plugin-data-resources-node';
import zodToJsonSchema from 'zod-to-json-schema';

/**
 * The JSON Schema of a type's spec. A text of several lines has the format `multiline`; of a map
 * the `properties` are the keys that people look for, the `examples` of its `propertyNames` more of
 * them, and `x-topology` says which names of the instance its keys are.
 */
export function specJsonSchema(type: ResourceType): JsonObject {
  const schema = zodToJsonSchema(type.specSchema) as JsonObject;
  const properties = { ...(schema.properties as JsonObject | undefined) };
  const add = (field: string, more: JsonObject) => {
    properties[field] = { ...(properties[field] as JsonObject), ...more };
  };
  for (const field of type.multilineFields ?? []) {
    add(field, { format: 'multiline' });
  }
  for (const [field, keys] of Object.entries(type.mapKeys ?? {})) {
    add(field, withKeys(properties[field] as JsonObject, keys));
  }
  return { ...schema, properties };
}

function withKeys(
  map: JsonObject,
  { common, others, ofTopology }: SpecKeys,
): JsonObject {
  return {
    ...(common && {
      properties: Object.fromEntries(
        Object.entries(common).map(([key, { description, examples }]) => [
          key,
          {
            ...(map.additionalProperties as JsonObject),
            description,
            ...(examples && { examples: [...examples] }),
          },
        ]),
      ),
    }),
    ...(others && {
      propertyNames: {
        ...(map.propertyNames as JsonObject | undefined),
        examples: [...others],
      },
    }),
    ...(ofTopology && { 'x-topology': ofTopology }),
  };
}

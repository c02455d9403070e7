import type { JsonObject } from '@backstage/types';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import zodToJsonSchema from 'zod-to-json-schema';

/** The JSON Schema of a type's spec. A text of several lines has the format `multiline`. */
export function specJsonSchema(type: ResourceType): JsonObject {
  const schema = zodToJsonSchema(type.specSchema) as JsonObject;
  const properties = { ...(schema.properties as JsonObject | undefined) };
  for (const field of type.multilineFields ?? []) {
    properties[field] = {
      ...(properties[field] as JsonObject),
      format: 'multiline',
    };
  }
  return { ...schema, properties };
}

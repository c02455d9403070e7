import type { JsonObject, JsonValue } from '@backstage/types';

/** The part of JSON Schema that specs are written in. */
export interface SpecSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: JsonValue[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  properties?: { [name: string]: SpecSchema };
  required?: string[];
  additionalProperties?: boolean | SpecSchema;
  items?: SpecSchema;
  anyOf?: SpecSchema[];
}

const SCALARS = ['string', 'number', 'integer', 'boolean'];

/** Of a text that may be longer, lines are expected. */
const LONGEST_LINE = 2000;

/** How a value is asked for. What no field is made for is asked for as JSON. */
export type FieldKind =
  | 'choice'
  | 'number'
  | 'boolean'
  | 'text'
  | 'long text'
  | 'list'
  | 'group'
  | 'map'
  | 'json';

/** Which field a schema is shown as. */
export function fieldKind(schema: SpecSchema): FieldKind {
  // What may be written as a text in any case is written as one.
  if (schema.anyOf?.some(each => each.type === 'string')) {
    return schema.anyOf.every(each => SCALARS.includes(`${each.type}`))
      ? 'text'
      : 'json';
  }
  if (schema.enum?.every(value => typeof value === 'string')) {
    return 'choice';
  }
  switch (schema.type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return (schema.maxLength ?? 0) > LONGEST_LINE ? 'long text' : 'text';
    case 'array':
      return schema.items?.type === 'string' ? 'list' : 'json';
    case 'object':
      if (schema.properties && Object.keys(schema.properties).length > 0) {
        return 'group';
      }
      return typeof schema.additionalProperties === 'object' ? 'map' : 'json';
    default:
      return 'json';
  }
}

/** A spec with one field set, or without it where there is no value. */
export function withField(
  spec: JsonObject,
  name: string,
  value: JsonValue | undefined,
): JsonObject {
  const { [name]: _, ...rest } = spec;
  return value === undefined ? rest : { ...spec, [name]: value };
}

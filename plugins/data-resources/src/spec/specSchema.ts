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
  /** A text of several lines has `multiline`. */
  format?: string;
  default?: JsonValue;
  /** Values that are often wanted. */
  examples?: JsonValue[];
  properties?: { [name: string]: SpecSchema };
  required?: string[];
  additionalProperties?: boolean | SpecSchema;
  /** Its `examples` are keys that a map may have. */
  propertyNames?: SpecSchema;
  /** The keys of the map are the names of what the instance has of this. */
  'x-topology'?: 'dataCenters';
  items?: SpecSchema;
  anyOf?: SpecSchema[];
}

const SCALARS = ['string', 'number', 'integer', 'boolean'];

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
      return schema.format === 'multiline' ? 'long text' : 'text';
    case 'array':
      return ['string', 'integer'].includes(`${schema.items?.type}`)
        ? 'list'
        : 'json';
    case 'object':
      if (typeof schema.additionalProperties === 'object') {
        return 'map';
      }
      if (schema.properties && Object.keys(schema.properties).length > 0) {
        return 'group';
      }
      return 'json';
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

/** What a new spec begins with: what the engine takes where nothing is said. */
export function startOfSpec({ properties = {} }: SpecSchema): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]) =>
      field.default === undefined ? [] : [[name, field.default]],
    ),
  );
}

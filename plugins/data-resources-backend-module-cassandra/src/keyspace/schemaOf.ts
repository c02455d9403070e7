import { parseSchema, type Schema } from '../cql/schema/parseSchema';
import type { KeyspaceSpec } from './keyspaceSpec';

/** The first schema of a spec, which its own rules have let pass. */
export function schemaOf({ schema }: Pick<KeyspaceSpec, 'schema'>): Schema {
  return schema === undefined
    ? { statements: [], qualifiers: [] }
    : parseSchema(schema);
}

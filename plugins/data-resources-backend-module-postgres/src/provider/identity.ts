import type { JsonObject } from '@backstage/types';
import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import type { DumpRecord } from '../dump/DumpFile';
import type { GroupRoles } from '../type/names';
import {
  SCHEMA_GROUPS,
  type SchemaGroup,
  type SchemaRoles,
  schemaRoles,
} from '../type/schemas';
import type { Catalog, DatabaseRow, RoleRow } from './catalog';

/** What proves that a database and its group roles are ours: oids, within one cluster. */
export type DatabaseIdentity = {
  systemIdentifier: string;
  database?: number;
  roles?: { [role in keyof GroupRoles]: number };
  /** The roles of each schema that was made here. */
  schemas?: { [schema: string]: SchemaIdentity };
  /** The oid of the database that is adopted. It is ours once `database` is recorded as well. */
  adopted?: number;
  /** Whether it was closed here, for its quarantine. */
  closed?: boolean;
  /** The last dump, of one that was deleted. */
  dump?: DumpRecord;
};

/** The oids of the group roles of a schema. */
export type SchemaIdentity = { [group in SchemaGroup]: number };

/** The recorded identity, if it is one of the cluster that the catalog was read from. */
export function identityHere(
  { identity }: ObjectRef,
  catalog: Catalog,
): DatabaseIdentity | undefined {
  const recorded = identity as DatabaseIdentity | undefined;
  return recorded?.systemIdentifier === catalog.systemIdentifier
    ? recorded
    : undefined;
}

/** What stands under a database's name. */
export type DatabaseState =
  | { state: 'absent' }
  | { state: 'ours' | 'foreign'; row: DatabaseRow };

/**
 * Judges a database by its oid, or, before that is recorded, by its owner: nobody but the
 * provisioner can make a database that belongs to the `_dba` role we made. One that is adopted is
 * somebody else's until its adoption has ended, so that giving up half-way never drops it.
 */
export function judgeDatabase(
  object: ObjectRef,
  catalog: Catalog,
): DatabaseState {
  const row = catalog.databases.get(object.name);
  if (!row) {
    return { state: 'absent' };
  }
  const identity = identityHere(object, catalog);
  const ours =
    identity?.database === undefined
      ? identity?.adopted === undefined && identity?.roles?.dba === row.owner
      : identity.database === row.oid;
  return { state: ours ? 'ours' : 'foreign', row };
}

/** What to say of a database that is not ours, to whoever wanted to work on it. */
export function notOursMessage(
  database: string,
  state: 'absent' | 'foreign',
): string {
  return state === 'absent'
    ? `The database ${database} is gone: somebody dropped it`
    : `The database ${database} is not the one that was created here: its oid or its owner is another. Ask the platform team to adopt or rename it`;
}

/** The group role, if it is there and the one that was recorded. */
export function ownGroupRole(
  object: ObjectRef,
  catalog: Catalog,
  key: keyof GroupRoles,
  name: string,
): RoleRow | undefined {
  const row = catalog.roles.get(name);
  const recorded = identityHere(object, catalog)?.roles?.[key];
  return row && row.oid === recorded ? row : undefined;
}

/** The identity of a database as it stands now; absent when it is not complete. */
export function currentIdentity(
  catalog: Catalog,
  row: DatabaseRow,
  names: GroupRoles,
): JsonObject {
  const oid = (name: string) => catalog.roles.get(name)?.oid ?? 0;
  return {
    systemIdentifier: catalog.systemIdentifier,
    database: row.oid,
    roles: {
      dba: oid(names.dba),
      owner: oid(names.owner),
      rw: oid(names.rw),
      ro: oid(names.ro),
    },
  };
}

/** What is recorded of an adoption, and of schemas. */
export function furtherIdentity({ identity }: ObjectRef): JsonObject {
  const { adopted, closed, schemas } = (identity ??
    {}) as Partial<DatabaseIdentity>;
  return {
    ...(closed ? { closed } : {}),
    ...(adopted === undefined ? {} : { adopted }),
    ...(schemas === undefined ? {} : { schemas }),
  };
}

/** The schemas whose roles were recorded, wherever that was. */
export function recordedSchemas({ name, identity }: ObjectRef): SchemaRoles[] {
  const { schemas = {} } = (identity ?? {}) as Partial<DatabaseIdentity>;
  return Object.keys(schemas)
    .sort()
    .map(schema => schemaRoles(name, schema));
}

/** The names of a schema's roles that are there and the ones that were recorded. */
export function ownSchemaRoles(
  object: ObjectRef,
  catalog: Catalog,
  schema: SchemaRoles,
): string[] {
  const recorded = identityHere(object, catalog)?.schemas?.[schema.schema];
  return SCHEMA_GROUPS.filter(
    group =>
      recorded !== undefined &&
      catalog.roles.get(schema[group])?.oid === recorded[group],
  ).map(group => schema[group]);
}

import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import type { GroupRoles } from '../type/names';
import { SCHEMA_GROUPS, type SchemaRoles } from '../type/schemas';
import type { Catalog, DatabaseRow } from './catalog';
import { ownSchemaRoles } from './identity';
import {
  hasDefaultRoutines,
  hasSchemaDefaults,
  type TenantCatalog,
} from './tenantCatalog';

/** Where a schema is looked at. */
export interface SchemaScope {
  object: ObjectRef;
  row: DatabaseRow;
  catalog: Catalog;
  tenant: TenantCatalog;
  roles: GroupRoles;
}

/**
 * Whether a schema is there with all that makes it one of ours. That its roles are ours is for
 * the caller to prove where they are not recorded yet.
 */
export function isWholeSchema(
  schema: SchemaRoles,
  { row, catalog, tenant, roles }: Omit<SchemaScope, 'object'>,
): boolean {
  const found = tenant.schemas.find(({ name }) => name === schema.schema);
  const may = (grantee: string, ...privileges: string[]) =>
    privileges.every(privilege =>
      found?.acl.some(
        entry => entry.grantee === grantee && entry.privilege === privilege,
      ),
    );
  const mayOnDatabase = (grantee: string, ...privileges: string[]) =>
    privileges.every(privilege =>
      row.acl.some(
        entry => entry.grantee === grantee && entry.privilege === privilege,
      ),
    );
  const { owner, rw, ro } = schema;
  return (
    found?.owner === roles.dba &&
    SCHEMA_GROUPS.every(
      group =>
        catalog.roles.has(schema[group]) &&
        isMember(catalog, schema[group], roles[group]),
    ) &&
    !found.acl.some(({ grantee }) => grantee === 'PUBLIC') &&
    may(owner, 'USAGE', 'CREATE') &&
    may(rw, 'USAGE') &&
    may(ro, 'USAGE') &&
    mayOnDatabase(owner, 'CONNECT', 'TEMPORARY') &&
    mayOnDatabase(rw, 'CONNECT', 'TEMPORARY') &&
    mayOnDatabase(ro, 'CONNECT') &&
    hasDefaultRoutines(tenant, owner, []) &&
    hasSchemaDefaults(tenant, [owner, roles.owner], schema)
  );
}

function isMember(
  { memberships }: Catalog,
  role: string,
  member: string,
): boolean {
  return memberships.some(
    entry => entry.role === role && entry.member === member && entry.inherit,
  );
}

/** Whether it is whole, and its roles are those that were recorded. */
export function isOwnSchema(schema: SchemaRoles, scope: SchemaScope): boolean {
  return (
    ownSchemaRoles(scope.object, scope.catalog, schema).length ===
      SCHEMA_GROUPS.length && isWholeSchema(schema, scope)
  );
}

import {
  kubernetesName,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { groupRoleOf } from '../type/roles';
import { type SchemaRoles, schemaRoles } from '../type/schemas';
import type { DatabaseSpec } from '../type/specSchema';

/** The name of the group role that gives a grant, e.g. `orders_rw`. */
export function groupRole(database: string, { role }: PlannedGrant): string {
  return groupRoleOf(database, role);
}

/** The group roles of the schemas that a spec names. */
export function schemasOf(
  database: string,
  { schemas = [] }: Pick<DatabaseSpec, 'schemas'>,
): SchemaRoles[] {
  return schemas.map(schema => schemaRoles(database, schema));
}

/** The logins of the grants, each once. */
export function loginsOf(grants: readonly PlannedGrant[]) {
  const bases = new Map(grants.map(grant => [grant.login.base, grant]));
  return [...bases.values()].flatMap(({ principal, login }) =>
    [login.a, login.b].map(name => ({ principal, base: login.base, name })),
  );
}

/** The name of the Kubernetes object that stands for a role or a database. */
export function objectName(name: string): string {
  // None of them has a hyphen of its own.
  return kubernetesName(name.replaceAll('_', '-'));
}

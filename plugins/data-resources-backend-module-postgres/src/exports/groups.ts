import {
  kubernetesName,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { GROUP_OF_ROLE, groupRoles } from '../type/names';

/** The name of the group role that gives a grant, e.g. `orders_rw`. */
export function groupRole(database: string, { role }: PlannedGrant): string {
  return groupRoles(database)[GROUP_OF_ROLE[role]];
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

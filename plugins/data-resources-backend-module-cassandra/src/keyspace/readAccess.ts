import type { EffectiveAccess } from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../cql/quote';
import type { MembershipReader } from '../roles/MembershipReader';
import {
  ALL_KEYSPACES,
  keyspaceResource,
  tableOf,
  tablesResource,
} from '../roles/resourceNames';
import type { HeldPermission, RoleReader } from '../roles/RoleReader';
import type { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import type { KeyspaceReader } from './KeyspaceReader';
import { groupRoles } from './names';

const CONCURRENT_READS = 16;

interface Tools {
  keyspaces: KeyspaceReader;
  roles: RoleReader;
  members: MembershipReader;
  deadline: Deadline;
}

/**
 * Who can do what on a keyspace: permissions on it, on all keyspaces, on its tables together
 * and one by one; members of the roles that hold them, members of those as well; superusers.
 */
export async function readAccess(
  keyspace: string,
  tools: Tools,
): Promise<EffectiveAccess[]> {
  const { keyspaces, roles, members, deadline } = tools;
  if (!(await keyspaces.one(keyspace, deadline))) {
    return [];
  }
  const [permissions, everybody] = await Promise.all([
    permissionsWithin(keyspace, tools),
    roles.all(deadline),
  ]);
  const holders = groupByRole(keyspace, permissions);
  const superusers = everybody
    .filter(({ superuser }) => superuser)
    .map(({ name }) => name);
  const membersOf = await members.read(
    [...holders.keys(), ...superusers],
    deadline,
  );
  // Nobody logs in as a group role; its members stand for it.
  const groups = new Set(groupRoles(keyspace));
  const access: EffectiveAccess[] = [];
  for (const [role, held] of holders) {
    if (!groups.has(role)) {
      access.push(...held.map(entry => ({ login: role, ...entry })));
    }
    const rights = [...new Set(held.flatMap(entry => entry.rights))].sort();
    for (const login of membersOf.get(role) ?? []) {
      access.push({ login, rights, via: `member of ${role}` });
    }
  }
  for (const superuser of superusers) {
    access.push({ login: superuser, rights: ['ALL'], via: 'superuser' });
    for (const login of membersOf.get(superuser) ?? []) {
      access.push({
        login,
        rights: ['ALL'],
        via: `member of the superuser ${superuser}`,
      });
    }
  }
  return access;
}

/** A LIST on something tells what contains it as well; each is kept once. */
async function permissionsWithin(
  keyspace: string,
  { keyspaces, roles, deadline }: Tools,
): Promise<HeldPermission[]> {
  const name = quoteIdentifier(keyspace);
  const [above, tables] = await Promise.all([
    roles.permissionsOn(`ALL TABLES IN KEYSPACE ${name}`, deadline),
    keyspaces.tables(keyspace, deadline),
  ]);
  const single = await settleAll(tables, CONCURRENT_READS, async table =>
    (
      await roles.permissionsOn(
        `TABLE ${name}.${quoteIdentifier(table)}`,
        deadline,
      )
    ).filter(({ resource }) => tableOf(resource, keyspace) === table),
  );
  return [...above, ...single.flat()];
}

function groupByRole(
  keyspace: string,
  permissions: HeldPermission[],
): Map<string, { rights: string[]; via: string }[]> {
  const byRole = new Map<string, Map<string, Set<string>>>();
  for (const { role, resource, permission } of permissions) {
    const byResource = byRole.get(role) ?? new Map<string, Set<string>>();
    byRole.set(role, byResource);
    const rights = byResource.get(resource) ?? new Set();
    byResource.set(resource, rights.add(permission));
  }
  return new Map(
    [...byRole].map(([role, byResource]) => [
      role,
      [...byResource].map(([resource, rights]) => ({
        rights: [...rights].sort(),
        via: `granted on ${wording(resource, keyspace)}`,
      })),
    ]),
  );
}

function wording(resource: string, keyspace: string): string {
  switch (resource) {
    case ALL_KEYSPACES:
      return 'all keyspaces';
    case keyspaceResource(keyspace):
      return `the keyspace ${keyspace}`;
    case tablesResource(keyspace):
      return `all tables of ${keyspace}`;
    default:
      return `the table ${tableOf(resource, keyspace)}`;
  }
}

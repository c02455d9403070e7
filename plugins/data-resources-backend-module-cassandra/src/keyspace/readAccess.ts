import type { EffectiveAccess } from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../cql/quote';
import type { MembershipReader, MembersOf } from '../roles/MembershipReader';
import {
  ALL_KEYSPACES,
  keyspaceOf,
  keyspaceResource,
  tableOf,
  tablesResource,
} from '../roles/resourceNames';
import type { RoleReader } from '../roles/RoleReader';
import type { HeldPermission } from '../roles/roleState';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import type { KeyspaceReader } from './KeyspaceReader';
import { permissionsOnGroups, roleWording } from './lettingIn';
import { groupRole, KEYSPACE_ROLES } from './names';

const CONCURRENT_READS = 16;
const GRANTED_ON = 'granted on ';
const ON_A_TABLE = `${GRANTED_ON}the table `;

/** What {@link readAccess} works with. */
export interface AccessTools {
  session: CassandraSession;
  keyspaces: KeyspaceReader;
  roles: RoleReader;
  members: MembershipReader;
  deadline: Deadline;
}

/**
 * Who can do what on keyspaces: permissions on them, on all keyspaces, on their tables together
 * and one by one; who may let others in by a permission on a group role; members of the roles that hold
 * any of it, members of those as well; superusers.
 */
export async function readAccess(
  names: readonly string[],
  tools: AccessTools,
): Promise<Map<string, EffectiveAccess[]>> {
  const { keyspaces, roles, members, session, deadline } = tools;
  const existing = await keyspaces.many(names, deadline);
  const access = new Map<string, EffectiveAccess[]>(
    names.map(name => [name, []]),
  );
  if (existing.size === 0) {
    return access;
  }
  const found = [...existing.keys()];
  const [permissions, everybody] = await Promise.all([
    permissionsWithin(found, tools),
    roles.all(deadline),
  ]);
  const onGroups = await permissionsOnGroups(
    found,
    new Set(everybody.map(({ name }) => name)),
    tools,
  );
  const holders = new Map(
    [...permissions].map(([name, held]) => [
      name,
      groupByRole(name, [...held, ...onGroups.get(name)!]),
    ]),
  );
  const superusers = everybody
    .filter(({ superuser }) => superuser)
    .map(({ name }) => name);
  const membersOf = await members.read(
    [
      ...new Set([
        ...[...holders.values()].flatMap(byRole => [...byRole.keys()]),
        ...superusers,
      ]),
    ],
    deadline,
  );
  const internal = new Set([
    session.username,
    ...superusers.flatMap(name => [
      name,
      ...(membersOf.get(name)?.keys() ?? []),
    ]),
  ]);
  for (const [name, byRole] of holders) {
    access.set(
      name,
      inOrder([
        ...accessOf(name, byRole, membersOf),
        ...accessAboveAll(superusers, membersOf),
      ]).map(entry =>
        internal.has(entry.login) ? { ...entry, internal: true } : entry,
      ),
    );
  }
  return access;
}

/** Whoever holds something, and whoever holds it as a member: through which roles, and on what. */
function accessOf(
  keyspace: string,
  byRole: Map<string, { rights: string[]; via: string }[]>,
  membersOf: MembersOf,
): EffectiveAccess[] {
  // Nobody logs in as a group role; its members stand for it.
  const groups = new Map(
    KEYSPACE_ROLES.map(kind => [groupRole(keyspace, kind), kind]),
  );
  return [...byRole].flatMap(([role, held]) => {
    const kind = groups.get(role);
    const members = [...(membersOf.get(role) ?? [])].map(
      ([login, between]) => ({
        login,
        via: memberOf(role, between),
        ...(between.length === 0 && kind
          ? { givenBy: [kind] }
          : { givenBy: [], formerly: `member of ${role}` }),
      }),
    );
    if (groups.has(role)) {
      const rights = [...new Set(held.flatMap(entry => entry.rights))].sort();
      return members.map(member => ({ ...member, rights }));
    }
    return held.flatMap(({ rights, via }) => [
      { login: role, rights, via, givenBy: givenWith(via) },
      ...members.map(member => ({
        ...member,
        rights,
        via: `${member.via}, ${via}`,
      })),
    ]);
  });
}

/** What Cassandra gives a login itself is on tables that it made, as owners do. */
function givenWith(via: string): string[] {
  return via.startsWith(ON_A_TABLE) ? ['owner'] : [];
}

/** From the role that somebody is a member of up to that which holds something. */
function memberOf(role: string, between: string[]): string {
  return `member of ${[...between, role].join(' → ')}`;
}

function accessAboveAll(
  superusers: string[],
  membersOf: MembersOf,
): EffectiveAccess[] {
  return superusers.flatMap(superuser => [
    { login: superuser, rights: ['ALL'], via: 'superuser' },
    ...[...(membersOf.get(superuser) ?? [])].map(([login, between]) => ({
      login,
      rights: ['ALL'],
      via: memberOf(`the superuser ${superuser}`, between),
      ...(between.length === 0
        ? {}
        : { formerly: `member of the superuser ${superuser}` }),
    })),
  ]);
}

function inOrder(access: EffectiveAccess[]): EffectiveAccess[] {
  const key = ({ login, via }: EffectiveAccess) => `${login} ${via}`;
  return access.sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

/** Each keyspace's permissions: of one by questions about it, of several by one long list. */
async function permissionsWithin(
  names: string[],
  tools: AccessTools,
): Promise<Map<string, HeldPermission[]>> {
  if (names.length === 1 && !tools.deadline.isShared) {
    return new Map([[names[0], await permissionsOfOne(names[0], tools)]]);
  }
  const all = await tools.roles.permissions.all(tools.deadline);
  const onAll = all.filter(({ resource }) => resource === ALL_KEYSPACES);
  const byKeyspace = new Map(names.map(name => [name, [...onAll]]));
  for (const permission of all) {
    const keyspace = keyspaceOf(permission.resource);
    byKeyspace.get(keyspace ?? '')?.push(permission);
  }
  return byKeyspace;
}

/** A LIST on something tells what contains it as well; each is kept once. */
async function permissionsOfOne(
  keyspace: string,
  { keyspaces, roles, deadline }: AccessTools,
): Promise<HeldPermission[]> {
  const name = quoteIdentifier(keyspace);
  const [above, tables] = await Promise.all([
    roles.permissions.on(`ALL TABLES IN KEYSPACE ${name}`, deadline),
    keyspaces.tables(keyspace, deadline),
  ]);
  const single = await settleAll(tables, CONCURRENT_READS, async table =>
    (
      await roles.permissions.on(
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
        via: `${GRANTED_ON}${wording(resource, keyspace)}`,
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
      return (
        roleWording(resource) ?? `the table ${tableOf(resource, keyspace)}`
      );
  }
}

import type {
  EffectiveAccess,
  ObjectRef,
} from '@data-resources/plugin-data-resources-node';
import type { Connections } from '../connection/TenantTurns';
import type { Deadline, Session } from '../connection/Session';
import { granteeOf, PUBLIC, roleOfGrantee } from '../sql/grantees';
import { groupRoles } from '../type/names';
import {
  type AboveAll,
  accessOf,
  type AccessRow,
  concernedRoles,
  OWNER_OF,
  rolesOfGroups,
} from './effectiveAccess';
import { recordedSchemas } from './identity';
import { readRoleStates } from './roleStates';
import {
  ABOVE_ALL,
  DATABASES,
  ENDS_OF_PASSWORDS,
  MEMBERS,
  SERVER_ACCESS,
  SESSION_ACCESS,
  TENANT_ACCESS,
} from './accessQueries';

/** What {@link readAccess} works with. */
export interface ReadAccessOptions {
  connections: Connections;
  deadline: Deadline;
  /** Bounds how many databases are connected to at once. */
  limit: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Who can do what in databases, from the catalogs alone: logins through the groups that they are
 * members of, however far, and everybody else's ways in as well. A few looks at the server, and one
 * into each database that can be entered, for the rights on its tables stand nowhere else.
 */
export async function readAccess(
  objects: readonly ObjectRef[],
  { connections, deadline, limit }: ReadAccessOptions,
): Promise<Map<string, EffectiveAccess[]>> {
  const names = [...new Set(objects.map(({ name }) => name))];
  const groups = new Map(
    names.map(name => [
      name,
      rolesOfGroups(
        name,
        objects.filter(object => object.name === name).flatMap(recordedSchemas),
      ),
    ]),
  );
  const server = await connections.withAdmin(deadline, session =>
    readServer(session, names),
  );
  const tenants = await Promise.all(
    server.databases
      .filter(database => isWorthEntering(database, server.rows))
      .map(({ name }) =>
        limit(() =>
          connections.withDatabase(name, deadline, session =>
            session.read<AccessRow>('reading who has access', TENANT_ACCESS),
          ),
        ),
      ),
  );
  const rows = byDatabase([...server.rows, ...tenants.flat()]);
  const grantees = [...rows.values()]
    .flat()
    .flatMap(({ grantee }) => roleOfGrantee(grantee) ?? []);
  const recorded = new Set(
    objects
      .filter(({ identity }) => identity?.database !== undefined)
      .map(({ name }) => name),
  );
  const [membersOf, states] = await connections.withAdmin(
    deadline,
    async session => {
      const members = await readMembers(session, [...new Set(grantees)]);
      const concerned = [...groups.values()].flatMap(each =>
        concernedRoles(each, members),
      );
      return [
        members,
        await readRoleStates(session, [...new Set(concerned)], names),
      ];
    },
  );
  const access = new Map(
    names.map((name): [string, EffectiveAccess[]] => [
      name,
      rows.has(name)
        ? accessOf(rows.get(name)!, {
            database: name,
            states,
            groups: groups.get(name)!,
            dba: recorded.has(name) ? groupRoles(name).dba : undefined,
            membersOf,
            aboveAll: server.aboveAll,
          })
        : [],
    ]),
  );
  return objects.some(({ inFull }) => inFull)
    ? connections.withAdmin(deadline, session => withEnds(session, access))
    : access;
}

/** Says of logins until when their passwords are good. */
async function withEnds(
  session: Session,
  access: Map<string, EffectiveAccess[]>,
): Promise<Map<string, EffectiveAccess[]>> {
  const logins = [...access.values()].flat().map(({ login }) => login);
  const rows = await session.read<{ name: string; over: boolean; at: string }>(
    'reading when passwords run out',
    ENDS_OF_PASSWORDS,
    [[...new Set(logins)]],
  );
  const notes = new Map(
    rows.map(({ name, over, at }) => [
      name,
      over
        ? `its password ran out on ${at}; a new credential lets it in again`
        : `its password is good until ${at}`,
    ]),
  );
  return new Map(
    [...access].map(([name, entries]) => [
      name,
      entries.map(entry => {
        const note = notes.get(entry.login);
        return note === undefined ? entry : { ...entry, note };
      }),
    ]),
  );
}

interface DatabaseRow {
  name: string;
  owner: string;
  isTemplate: boolean;
  open: boolean;
  mayEnter: boolean;
}

async function readServer(session: Session, names: string[]) {
  const what = 'reading who has access';
  const databases = await session.read<DatabaseRow>(what, DATABASES, [names]);
  const namesOf = (isOpen: boolean) =>
    databases.filter(({ open }) => open === isOpen).map(({ name }) => name);
  const privileges = await session.read<AccessRow>(what, SERVER_ACCESS, [
    namesOf(true),
  ]);
  const closed = namesOf(false);
  const visitors =
    closed.length === 0
      ? []
      : await session.read<AccessRow>(what, SESSION_ACCESS, [closed]);
  return {
    databases,
    aboveAll: await session.read<AboveAll>(what, ABOVE_ALL),
    rows: [...databases.flatMap(ownerRows), ...privileges, ...visitors],
  };
}

/**
 * A database that refuses connections gives nobody anything but its owner, who can open it, and
 * those who are inside still.
 */
function ownerRows({
  name,
  owner,
  open,
  isTemplate,
}: DatabaseRow): AccessRow[] {
  const via = `${OWNER_OF}${name}`;
  return [
    {
      database: name,
      grantee: owner,
      right: 'OWNER',
      via: open ? via : `${via}, which refuses connections`,
    },
    ...(isTemplate
      ? [
          {
            database: name,
            grantee: PUBLIC,
            right: 'TEMPLATE',
            via: `database ${name} is a template, which every role with CREATEDB may copy`,
          },
        ]
      : []),
  ];
}

/** Where nobody may connect but the owner, what is inside is open to nobody else. */
function isWorthEntering(
  { name, open, mayEnter }: DatabaseRow,
  rows: AccessRow[],
): boolean {
  return (
    open &&
    mayEnter &&
    rows.some(({ database, right }) => database === name && right === 'CONNECT')
  );
}

function byDatabase(rows: AccessRow[]): Map<string, AccessRow[]> {
  const grouped = new Map<string, AccessRow[]>();
  for (const row of rows) {
    const ofOne = grouped.get(row.database) ?? [];
    grouped.set(row.database, ofOne);
    ofOne.push(row);
  }
  return grouped;
}

async function readMembers(
  session: Session,
  roles: string[],
): Promise<Map<string, string[]>> {
  const rows = await session.read<{ role: string; member: string }>(
    'reading members',
    MEMBERS,
    [roles],
  );
  const membersOf = new Map<string, string[]>();
  for (const { role, member } of rows) {
    const ofOne = membersOf.get(role) ?? [];
    membersOf.set(role, ofOne);
    ofOne.push(granteeOf(member));
  }
  return membersOf;
}

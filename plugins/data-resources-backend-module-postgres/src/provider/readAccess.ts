import type {
  EffectiveAccess,
  ObjectRef,
} from '@data-resources/plugin-data-resources-node';
import type { Connections } from '../connection/TenantTurns';
import type { Deadline, Session } from '../connection/Session';
import { groupRoles } from '../type/names';
import { namesOfSchemaRoles } from '../type/schemas';
import { recordedSchemas } from './identity';
import {
  ABOVE_ALL,
  DATABASES,
  ENDS_OF_PASSWORDS,
  MEMBERS,
  SERVER_ACCESS,
  SESSION_ACCESS,
  TENANT_ACCESS,
} from './accessQueries';

interface AccessRow {
  database: string;
  grantee: string;
  right: string;
  via: string;
}

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
  const grantees = [...rows.values()].flat().map(({ grantee }) => grantee);
  const schemasOf = (name: string) =>
    objects
      .filter(object => object.name === name)
      .flatMap(object => namesOfSchemaRoles(recordedSchemas(object)));
  const membersOf = await connections.withAdmin(deadline, session =>
    readMembers(session, [...new Set(grantees)]),
  );
  const access = new Map(
    names.map((name): [string, EffectiveAccess[]] => [
      name,
      rows.has(name)
        ? accessOf(
            [...Object.values(groupRoles(name)), ...schemasOf(name)],
            rows.get(name)!,
            membersOf,
            server.aboveAll,
          )
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
  open: boolean;
  mayEnter: boolean;
}

interface AboveAll {
  name: string;
  superuser: boolean;
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
    rows: [...databases.map(ownerRow), ...privileges, ...visitors],
  };
}

/**
 * A database that refuses connections gives nobody anything but its owner, who can open it, and
 * those who are inside still.
 */
function ownerRow({ name, owner, open }: DatabaseRow): AccessRow {
  const via = `owner of database ${name}`;
  return {
    database: name,
    grantee: owner,
    right: 'OWNER',
    via: open ? via : `${via}, which refuses connections`,
  };
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
    ofOne.push(member);
  }
  return membersOf;
}

function accessOf(
  ours: string[],
  rows: AccessRow[],
  membersOf: Map<string, string[]>,
  aboveAll: AboveAll[],
): EffectiveAccess[] {
  const groups = new Set(ours);
  const inherited = rows
    .filter(({ via }) => isInherited(via))
    .flatMap(({ grantee, right }) =>
      (membersOf.get(grantee) ?? []).map(member => ({
        grantee: member,
        right,
        via: `member of ${grantee}`,
      })),
    );
  const superusers = aboveAll
    .filter(({ superuser }) => superuser)
    .map(({ name }) => ({ grantee: name, right: 'ALL', via: 'superuser' }));
  const internal = new Set([...groups, ...aboveAll.map(({ name }) => name)]);
  return combine([...rows, ...inherited, ...superusers])
    .filter(({ login, via }) => !groups.has(login) || via.startsWith('owner'))
    .map(entry =>
      internal.has(entry.login) ? { ...entry, internal: true } : entry,
    );
}

/** A session that is open is nobody else's. */
function isInherited(via: string): boolean {
  return !via.startsWith('session');
}

function combine(rows: Omit<AccessRow, 'database'>[]): EffectiveAccess[] {
  const entries = new Map<string, EffectiveAccess>();
  for (const { grantee, right, via } of rows) {
    const key = JSON.stringify([grantee, via]);
    const entry = entries.get(key) ?? { login: grantee, rights: [], via };
    if (!entry.rights.includes(right)) {
      entry.rights.push(right);
    }
    entries.set(key, entry);
  }
  return [...entries.values()]
    .map(entry => ({ ...entry, rights: entry.rights.sort() }))
    .sort((left, right) =>
      `${left.login} ${left.via}` < `${right.login} ${right.via}` ? -1 : 1,
    );
}

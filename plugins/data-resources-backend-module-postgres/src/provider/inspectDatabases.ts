import {
  type Inspection,
  isProviderError,
  type LiveUser,
  type ObjectRef,
} from '@data-resources/plugin-data-resources-node';
import type { PostgresConnections } from '../connection/PostgresConnections';
import type { Deadline } from '../connection/Session';
import { ident } from '../sql/identifiers';
import { measuresOf } from './measuresOf';
import {
  DATABASE_USE,
  type DatabaseUse,
  type Sessions,
  TABLE_USE,
  type TableUse,
} from './useQueries';

interface InspectOptions {
  connections: PostgresConnections;
  deadline: Deadline;
  /** Bounds how many databases are connected to at once. */
  limit: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Who is connected to databases, and how much they are used: one query for all, and one look into
 * each that can be entered, for what is known of tables stands nowhere else.
 */
export async function inspectDatabases(
  objects: readonly ObjectRef[],
  options: InspectOptions,
): Promise<Map<string, Inspection>> {
  const names = [...new Set(objects.map(({ name }) => name))];
  const rows = await options.connections.withAdmin(options.deadline, session =>
    session.read<DatabaseUse>('looking at who uses databases', DATABASE_USE, [
      names,
    ]),
  );
  const found = await Promise.all(
    rows.map(async (row): Promise<[string, Inspection]> => {
      const tables = await tablesOf(row, options);
      return [row.name, inspectionOf(row, tables)];
    }),
  );
  const inspections = new Map(found);
  return new Map(
    names.map(name => [
      name,
      inspections.get(name) ?? { users: [], measures: [], unseen: [] },
    ]),
  );
}

/** Undefined, or why not, where the tables could not be looked at. */
async function tablesOf(
  { name, open, mayEnter, provisioner }: DatabaseUse,
  { connections, deadline, limit }: InspectOptions,
): Promise<TableUse | string> {
  if (!open) {
    return `Tables: the database ${name} refuses connections`;
  }
  if (!mayEnter) {
    return `Tables: ${
      provisioner.name
    } may not connect; an administrator gives it with: GRANT CONNECT ON DATABASE ${ident(
      name,
    )} TO ${provisioner.quoted};`;
  }
  try {
    const [row] = await limit(() =>
      connections.withDatabase(name, deadline, session =>
        session.read<TableUse>('looking at the use of tables', TABLE_USE),
      ),
    );
    return row;
  } catch (error) {
    // A tenant that uses all its connections is no reason to know nothing about the rest.
    if (isProviderError(error)) {
      return `Tables: ${error.message}`;
    }
    throw error;
  }
}

function inspectionOf(row: DatabaseUse, tables: TableUse | string): Inspection {
  const lastUsedAt = [
    ...row.sessions.map(({ lastSeenAt }) => lastSeenAt),
    ...(typeof tables === 'string' ? [] : [tables.lastReadAt]),
  ]
    .filter(at => at !== null)
    .sort()
    .pop();
  return {
    users: [...row.sessions.map(toUser), ...usersWithoutSession(row)],
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    measures: measuresOf(row, tables),
    unseen: unseenOf(row, tables),
  };
}

function toUser({
  role,
  kind,
  count,
  active,
  idleInTransaction,
  queryAgeSeconds,
  applications,
  addresses,
}: Sessions): LiveUser {
  const detail = [
    ...(active > 0 ? [`${active} active`] : []),
    ...(idleInTransaction > 0
      ? [`${idleInTransaction} idle in transaction`]
      : []),
    ...(queryAgeSeconds === null
      ? []
      : [`last query ${span(queryAgeSeconds)} ago`]),
    ...(applications.length > 0 ? [`as ${applications.join(', ')}`] : []),
    ...(addresses.length > 0 ? [`from ${addresses.join(', ')}`] : []),
  ].join(', ');
  return { name: role, kind, count, ...(detail === '' ? {} : { detail }) };
}

/** Those who use it without a session: the guard of a deletion looks at them as well. */
function usersWithoutSession({
  attached: { subscriptions, prepared, slots },
}: DatabaseUse): LiveUser[] {
  const owners = [...new Set(prepared.map(({ owner }) => owner))].sort();
  return [
    ...subscriptions.map(({ name, enabled }) => ({
      name,
      kind: 'subscription',
      count: 1,
      ...(enabled ? {} : { detail: 'disabled' }),
    })),
    ...slots.map(({ name, active }) => ({
      name,
      kind: 'logical replication slot',
      count: 1,
      detail: active ? 'is being read' : 'nobody reads it now',
    })),
    ...owners.map(name => ({
      name,
      kind: 'prepared transaction',
      count: prepared.filter(({ owner }) => owner === name).length,
    })),
  ];
}

function span(seconds: number): string {
  if (seconds < 120) {
    return `${seconds} s`;
  }
  return seconds < 7_200
    ? `${Math.round(seconds / 60)} min`
    : `${Math.round(seconds / 3_600)} h`;
}

function unseenOf(
  { sizeBytes, sessions, standbys, provisioner }: DatabaseUse,
  tables: TableUse | string,
): string[] {
  const hidden = sessions.filter(session => session.hidden).length > 0;
  const missing = [
    ...(hidden ? ['what the sessions do, since when and from where'] : []),
    ...(sizeBytes === null ? ['the size on disk'] : []),
    ...(standbys.some(standby => standby.hidden)
      ? ['how far the standbys are behind']
      : []),
  ];
  return [
    ...(missing.length === 0
      ? []
      : [
          `${missing.join(
            ', and ',
          )}: an administrator lets the portal see that with: GRANT pg_read_all_stats TO ${
            provisioner.quoted
          };`,
        ]),
    ...(typeof tables === 'string' ? [tables] : []),
  ];
}

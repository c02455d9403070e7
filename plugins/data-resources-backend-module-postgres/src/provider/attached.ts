import type { Session } from '../connection/Session';

/** What hangs on a database and outlives every session in it. Lists are ordered by name. */
export type Attached = {
  /** It receives by them what others publish. The server drops no database that has any. */
  subscriptions: { name: string; enabled: boolean }[];
  /** Transactions that wait for their second phase. The server drops no database that has any. */
  prepared: { gid: string; owner: string }[];
  /** Logical replication slots, by which others read its changes. They go with it. */
  slots: { name: string; active: boolean }[];
};

/** What hangs on one database. */
export interface AttachedRow {
  name: string;
  allowConnections: boolean;
  connectionLimit: number;
  attached: Attached;
}

/**
 * Common table expressions, so that what no table holds is read once for all databases. All roles may
 * read them.
 *
 * @param where - when they are to be read at all
 */
export const ATTACHMENTS = (where: string) => `
prepared AS MATERIALIZED (
  SELECT database, gid, owner FROM pg_prepared_xacts WHERE ${where}),
slot AS MATERIALIZED (
  SELECT database, slot_name AS name, active FROM pg_replication_slots
  WHERE slot_type = 'logical' AND ${where}),
subscription AS MATERIALIZED (
  SELECT subdbid, subname AS name, subenabled AS enabled FROM pg_subscription WHERE ${where})`;

/** `Attached` of a row `d` of `pg_database`, by {@link ATTACHMENTS}. */
export const ATTACHED = `json_build_object(
  'subscriptions', (SELECT coalesce(json_agg(json_build_object('name', name, 'enabled', enabled)
    ORDER BY name), '[]') FROM subscription WHERE subdbid = d.oid),
  'prepared', (SELECT coalesce(json_agg(json_build_object('gid', gid, 'owner', owner)
    ORDER BY gid), '[]') FROM prepared WHERE database = d.datname),
  'slots', (SELECT coalesce(json_agg(json_build_object('name', name, 'active', active)
    ORDER BY name), '[]') FROM slot WHERE database = d.datname))`;

const ATTACHED_NOW = `
WITH ${ATTACHMENTS('true')}
SELECT datname AS name, datallowconn AS "allowConnections",
  datconnlimit AS "connectionLimit", ${ATTACHED} AS attached
FROM pg_database d WHERE datname = $1`;

/** What hangs on one database at this moment; undefined where there is none. */
export async function readAttached(
  session: Session,
  database: string,
): Promise<AttachedRow | undefined> {
  const rows = await session.read<AttachedRow>(
    `looking what hangs on ${database}`,
    ATTACHED_NOW,
    [database],
  );
  return rows[0];
}

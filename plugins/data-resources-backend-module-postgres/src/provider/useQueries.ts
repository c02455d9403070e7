import { variant } from '../sql/dialect';
import { ATTACHED, ATTACHMENTS, type Attached } from './attached';
import { INTERRUPTED_DROP } from './catalog';

/** The sessions of one role in one database. */
export interface Sessions {
  role: string;
  /** `session`, or `replication` where it is known to be one. */
  kind: string;
  count: number;
  active: number;
  idleInTransaction: number;
  /** Null where it is hidden, as all that follows. */
  queryAgeSeconds: number | null;
  lastSeenAt: string | null;
  applications: string[];
  addresses: string[];
  /** Whether the provisioner sees no more of one than that it is there. */
  hidden: boolean;
}

/** A server, or a subscriber, that follows this one. */
export interface Standby {
  name: string;
  /** Whether the provisioner sees no more than that it is there. */
  hidden: boolean;
  /** For how long a change is not applied there; null when all is. */
  lagSeconds: number | null;
  behindBytes: number | null;
}

/** What the server knows of the use of a database. */
export interface DatabaseUse {
  name: string;
  open: boolean;
  mayEnter: boolean;
  /** Null where the provisioner may not know. */
  sizeBytes: number | null;
  cacheHitRatio: number | null;
  transactions: number;
  deadlocks: number;
  /** Null when there is none, or none that can be seen. */
  longestTransactionSeconds: number | null;
  /** -1: none. */
  connectionLimit: number;
  /** How much of the transaction ids that there are lies behind its oldest row: at 1 nothing goes on. */
  wraparound: number;
  sessions: Sessions[];
  /** Of the server, whose changes hold those of all its databases. */
  standbys: Standby[];
  attached: Attached;
  provisioner: { name: string; quoted: string };
}

/** What a database knows of the use of its tables. */
export interface TableUse {
  liveRows: number;
  deadRows: number;
  lastReadAt: string | null;
}

const TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/**
 * Without `pg_read_all_stats` the server tells of others' sessions whose they are and hides the
 * rest. Workers of a parallel query are none of their own where they can be told from sessions.
 */
export const DATABASE_USE = `
WITH activity AS MATERIALIZED (
  SELECT datid, usename::text AS role, state, query_start, state_change, xact_start,
    CASE WHEN application_name <> '' THEN application_name END AS application,
    host(client_addr) AS address,
    CASE WHEN backend_type = 'walsender' THEN 'replication' ELSE 'session' END AS kind,
    backend_type IS NULL AS hidden
  FROM pg_stat_activity
  WHERE datname = ANY ($1::name[]) AND usename <> session_user
    AND backend_type IS DISTINCT FROM 'parallel worker'),
sessions AS (
  SELECT datid, role, kind, count(*)::int AS count,
    count(*) FILTER (WHERE state = 'active')::int AS active,
    count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS idle,
    extract(epoch FROM clock_timestamp() - max(query_start))::int AS age,
    to_char(max(state_change) AT TIME ZONE 'UTC', ${TIME}) AS seen,
    max(clock_timestamp() - xact_start) AS longest,
    coalesce(array_agg(DISTINCT application ORDER BY application)
      FILTER (WHERE application IS NOT NULL), '{}') AS applications,
    coalesce(array_agg(DISTINCT address ORDER BY address)
      FILTER (WHERE address IS NOT NULL), '{}') AS addresses,
    bool_or(hidden) AS hidden
  FROM activity GROUP BY datid, role, kind),
standbys AS MATERIALIZED (
  SELECT coalesce(json_agg(json_build_object('name', name, 'hidden', hidden,
      'lagSeconds', lag, 'behindBytes', behind) ORDER BY name), '[]') AS list
  FROM (
    SELECT coalesce(nullif(application_name, ''), host(client_addr), 'standby') AS name,
      state IS NULL AS hidden,
      extract(epoch FROM replay_lag)::float8 AS lag,
      CASE WHEN NOT pg_is_in_recovery()
        THEN greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0)::float8 END AS behind
    FROM pg_stat_replication WHERE coalesce(state, 'streaming') <> 'backup') AS s),
${ATTACHMENTS('true')}
SELECT
  d.datname AS name,
  datallowconn AND datconnlimit <> ${INTERRUPTED_DROP} AS open,
  has_database_privilege(d.oid, 'CONNECT') AS "mayEnter",
  CASE WHEN datconnlimit <> ${INTERRUPTED_DROP}
      AND (has_database_privilege(d.oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE'))
    THEN pg_database_size(d.oid)::float8 END AS "sizeBytes",
  (blks_hit::float8 / nullif(blks_hit + blks_read, 0)) AS "cacheHitRatio",
  coalesce(xact_commit + xact_rollback, 0)::float8 AS transactions,
  coalesce(deadlocks, 0)::float8 AS deadlocks,
  (SELECT extract(epoch FROM max(longest))::float8 FROM sessions WHERE datid = d.oid)
    AS "longestTransactionSeconds",
  datconnlimit AS "connectionLimit",
  greatest(age(datfrozenxid), mxid_age(datminmxid)) / (2.0::float8 ^ 31) AS wraparound,
  (SELECT list FROM standbys) AS standbys,
  (SELECT coalesce(json_agg(json_build_object(
      'role', role, 'kind', kind, 'count', count, 'active', active,
      'idleInTransaction', idle, 'queryAgeSeconds', age, 'lastSeenAt', seen,
      'applications', applications, 'addresses', addresses, 'hidden', hidden)
      ORDER BY role, kind), '[]')
    FROM sessions WHERE datid = d.oid) AS sessions,
  ${ATTACHED} AS attached,
  json_build_object('name', session_user, 'quoted', quote_ident(session_user)) AS provisioner
FROM pg_database d LEFT JOIN pg_stat_database s ON s.datid = d.oid
WHERE d.datname = ANY ($1::name[])`;

/** Scans are remembered with their time since version 16; writes are not. */
export const TABLE_USE = `
SELECT coalesce(sum(n_live_tup), 0)::float8 AS "liveRows",
  coalesce(sum(n_dead_tup), 0)::float8 AS "deadRows",
  ${variant(
    'scanTimes',
    `to_char(greatest(max(last_seq_scan), max(last_idx_scan)) AT TIME ZONE 'UTC', ${TIME})`,
    'NULL',
  )} AS "lastReadAt"
FROM pg_stat_user_tables`;

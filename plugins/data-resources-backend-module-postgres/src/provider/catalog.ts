import type { Session } from '../connection/Session';
import {
  administers,
  madeByPortal,
  madeInTransactions,
  variant,
} from '../sql/dialect';
import { granteeName } from '../sql/grantees';
import { ATTACHED, ATTACHMENTS, type Attached } from './attached';

/** A privilege as `aclexplode` tells it. */
export interface Privilege {
  /** The name of a role, or `PUBLIC`. */
  grantee: string;
  privilege: string;
  /** Whether the grantee may give it on; absent where not. */
  grantable?: true;
}

/** The sessions of one role in one database. */
export interface OpenSessions {
  role: string;
  /** With parallel workers, for what a backend of another role is for is hidden. */
  count: number;
  /** Whether the provisioner may end them, for it may act for the role. */
  administered: boolean;
}

/** A row of `pg_database` with what hangs on it in the shared catalogs. */
export interface DatabaseRow {
  name: string;
  oid: number;
  /** The oid of the owning role. */
  owner: number;
  ownerName: string;
  /** Whether the `_dba` has the owner's rights: it is the owner, or a member of it. */
  owned: boolean;
  /** Whether every role with CREATEDB may copy it, and nobody drop it. */
  isTemplate: boolean;
  encoding: string;
  /** `LC_COLLATE`, whoever provides the locale. */
  collate: string;
  /** In the words of its provider. */
  locale: string;
  localeProvider: 'libc' | 'icu' | 'builtin';
  /** -1: none; -2: a `DROP DATABASE` was interrupted. */
  connectionLimit: number;
  /** False: nobody can connect, superusers included. */
  allowConnections: boolean;
  /** Who is connected, save the provisioner; empty where it was not asked for. */
  sessions: OpenSessions[];
  /** Likewise. */
  attached: Attached;
  /** Whether it has extensions. Those of the server's first superuser are not told. */
  hasExtensions: boolean;
  /** Whether anything was said of the privileges on what is made later. */
  hasDefaults: boolean;
  acl: Privilege[];
  /** `name=value`, for every role. */
  settings: string[];
  /** Settings of single roles in this database. */
  roleSettings: { role: string; settings: string[] }[];
}

/** A row of `pg_roles`. */
export interface RoleRow {
  name: string;
  oid: number;
  canLogin: boolean;
  /** Superuser, CREATEDB, CREATEROLE, REPLICATION or BYPASSRLS. */
  privileged: boolean;
  superuser: boolean;
  /** Whether the provisioner made it: it holds ADMIN on it, or until 15 left its mark. */
  administered: boolean;
  /** Whether the provisioner can become a member of it. */
  reachable: boolean;
  /** False once the password has run out. */
  enabled: boolean;
  /** -1: none. */
  connectionLimit: number;
  /** How long the password is still good, in seconds; null: for ever, or not at all. */
  goodForSeconds: number | null;
  comment: string | null;
}

/** Rows of `pg_auth_members` with the same role and member, whoever granted them. */
export interface Membership {
  role: string;
  member: string;
  inherit: boolean;
  /** Null where the server knows no such option, and a membership is good for it. */
  set: boolean | null;
  /** Whether the provisioner can revoke it: what it granted itself. */
  granted: boolean;
}

/** What the shared catalogs say about some databases and roles at one moment. */
export interface Catalog {
  systemIdentifier: string;
  provisioner: string;
  databases: Map<string, DatabaseRow>;
  roles: Map<string, RoleRow>;
  /** Members of the roles. The provisioner's own ADMIN is left out. */
  memberships: Membership[];
  /** The transactions in which roles were made, by oid; empty where nothing tells, or nobody asked. */
  madeIn: Map<number, string>;
}

const CATALOG = `
WITH activity AS MATERIALIZED (
  SELECT datid, usename AS role,
    count(*)::int AS count,
    ${administers('usesysid')} AS administered
  FROM pg_stat_activity
  WHERE $3 AND datname = ANY ($1::name[]) AND usename <> session_user
  GROUP BY datid, usename, usesysid),
${ATTACHMENTS('$3')}
SELECT
  (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
  session_user::text AS provisioner,
  (SELECT coalesce(json_agg(d), '[]') FROM (
    SELECT
      datname AS name, oid::int8 AS oid, datdba::int8 AS owner,
      pg_get_userbyid(datdba) AS "ownerName", datistemplate AS "isTemplate",
      EXISTS (SELECT FROM pg_roles WHERE rolname = (datname || '_dba')::name
        AND pg_has_role(pg_roles.oid, datdba, 'USAGE')) AS owned,
      pg_encoding_to_char(encoding) AS encoding, datcollate AS collate,
      CASE datlocprovider WHEN 'c' THEN datcollate
        ELSE coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') END AS locale,
      CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
        AS "localeProvider",
      datconnlimit AS "connectionLimit", datallowconn AS "allowConnections",
      (SELECT coalesce(json_agg(json_build_object('role', role, 'count', count,
          'administered', administered) ORDER BY role), '[]')
        FROM activity WHERE datid = oid) AS sessions,
      ${ATTACHED} AS attached,
      EXISTS (SELECT FROM pg_shdepend WHERE dbid = oid
        AND classid = 'pg_extension'::regclass) AS "hasExtensions",
      EXISTS (SELECT FROM pg_shdepend WHERE dbid = oid
        AND classid = 'pg_default_acl'::regclass) AS "hasDefaults",
      (SELECT coalesce(json_agg(json_strip_nulls(json_build_object(
          'grantee', ${granteeName('grantee')},
          'privilege', privilege_type, 'grantable', nullif(is_grantable, false)))), '[]')
        FROM aclexplode(coalesce(datacl, acldefault('d', datdba)))) AS acl,
      (SELECT coalesce(json_agg(setting), '[]')
        FROM pg_db_role_setting, unnest(setconfig) AS setting
        WHERE setdatabase = oid AND setrole = 0) AS settings,
      (SELECT coalesce(json_agg(json_build_object(
          'role', pg_get_userbyid(setrole), 'settings', setconfig)), '[]')
        FROM pg_db_role_setting
        WHERE setdatabase = oid AND setrole <> 0) AS "roleSettings"
    FROM pg_database d WHERE datname = ANY ($1::name[])) AS d) AS databases,
  (SELECT coalesce(json_agg(r), '[]') FROM (
    SELECT
      rolname AS name, oid::int8 AS oid, rolcanlogin AS "canLogin",
      rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS privileged,
      rolsuper AS superuser, ${administers('r.oid')} AS reachable,
      ${madeByPortal('r.oid')} AS administered,
      rolcanlogin AND coalesce(rolvaliduntil > now(), true) AS enabled,
      rolconnlimit AS "connectionLimit",
      CASE WHEN isfinite(rolvaliduntil) THEN extract(epoch FROM rolvaliduntil - now())::float8 END
        AS "goodForSeconds",
      shobj_description(oid, 'pg_authid') AS comment
    FROM pg_roles r WHERE rolname = ANY ($2::name[])) AS r) AS roles,
  (SELECT coalesce(json_agg(m), '[]') FROM (
    SELECT
      r.rolname AS role, u.rolname AS member,
      ${variant(
        'membershipOptions',
        `bool_or(m.inherit_option) AS inherit, bool_or(m.set_option) AS set,
      bool_or(m.grantor = session_user::regrole) AS granted`,
        // One row for both whoever granted it, which CREATEROLE can revoke.
        'bool_or(u.rolinherit) AS inherit, NULL AS set, true AS granted',
      )}
    FROM pg_auth_members m
      JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
    WHERE r.rolname = ANY ($2::name[])
      ${variant('membershipOptions', 'AND (m.inherit_option OR m.set_option)')}
    GROUP BY 1, 2 ORDER BY 1, 2) AS m) AS memberships,
  CASE WHEN $4::boolean THEN ${madeInTransactions('$2::name[]')} END AS "madeIn"`;

interface CatalogRow {
  systemIdentifier: string;
  provisioner: string;
  databases: DatabaseRow[];
  roles: RoleRow[];
  memberships: Membership[];
  madeIn: { [oid: string]: string } | null;
}

/**
 * Reads everything about the databases and roles in one query. Not who is connected, and what else
 * hangs on them, unless that is asked for: to tell it the server goes through all roles that the
 * provisioner holds. Nor which roles were made together, of which few ever ask.
 */
export async function readCatalog(
  session: Session,
  databases: readonly string[],
  roles: readonly string[] = [],
  {
    sessions = false,
    madeIn = false,
  }: { sessions?: boolean; madeIn?: boolean } = {},
): Promise<Catalog> {
  const [row] = await session.read<CatalogRow>(
    'reading the catalog',
    CATALOG,
    [databases, roles, sessions, madeIn],
    { often: true },
  );
  return {
    systemIdentifier: row.systemIdentifier,
    provisioner: row.provisioner,
    databases: byName(row.databases),
    roles: byName(row.roles),
    memberships: row.memberships,
    madeIn: new Map(
      Object.entries(row.madeIn ?? {}).map(([oid, made]) => [Number(oid), made]),
    ),
  };
}

function byName<T extends { name: string }>(rows: T[]): Map<string, T> {
  return new Map(rows.map(row => [row.name, row]));
}

/** A database whose `DROP` was cut off: only another DROP works on it. */
export const INTERRUPTED_DROP = -2;

/** Whether nothing can connect to a database any more, the provisioner included. */
export function isClosed(
  row: Pick<DatabaseRow, 'allowConnections' | 'connectionLimit'>,
): boolean {
  return !row.allowConnections || row.connectionLimit === INTERRUPTED_DROP;
}

/** The settings that a database has for every role, by their names in lower case. */
export function settingsOf(row: DatabaseRow): Map<string, string> {
  return new Map(
    row.settings.map((setting): [string, string] => {
      const at = setting.indexOf('=');
      return [setting.slice(0, at).toLowerCase(), setting.slice(at + 1)];
    }),
  );
}

/** Whether the provisioner may make what belongs to the role, and work as it. */
export function becomes(
  { memberships, provisioner }: Catalog,
  role: string,
): boolean {
  return memberships.some(
    entry =>
      entry.role === role &&
      entry.member === provisioner &&
      entry.set !== false,
  );
}

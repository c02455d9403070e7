import type {
  EffectiveAccess,
  ObjectRef,
} from '@data-resources/plugin-data-resources-node';
import type { PostgresConnections } from '../connection/PostgresConnections';
import type { Deadline, Session } from '../connection/Session';
import { groupRoles } from '../type/names';
import { INTERRUPTED_DROP } from './catalog';

interface AccessRow {
  grantee: string;
  right: string;
  via: string;
}

/** Rights on the database itself, and who stands above all rights. */
const SERVER_ACCESS = `
SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS grantee,
  privilege_type AS right, 'privilege on database ' || datname AS via
FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
WHERE datname = $1 AND grantee <> datdba
UNION ALL
SELECT pg_get_userbyid(datdba), 'OWNER', 'owner of database ' || datname
FROM pg_database WHERE datname = $1
UNION ALL
SELECT rolname, 'ALL', 'superuser' FROM pg_roles WHERE rolsuper`;

/**
 * A database that refuses connections gives nobody anything but its owner, who can open it, and
 * those who are inside still.
 */
const CLOSED_ACCESS = `
SELECT pg_get_userbyid(datdba) AS grantee, 'OWNER' AS right,
  'owner of database ' || datname || ', which refuses connections' AS via
FROM pg_database WHERE datname = $1
UNION ALL
SELECT DISTINCT usename, 'CONNECT', 'session that is open since before database ' || datname
  || ' refused connections'
FROM pg_stat_activity WHERE datname = $1 AND usename <> session_user
UNION ALL
SELECT rolname, 'ALL', 'superuser' FROM pg_roles WHERE rolsuper`;

/** Everybody who is, at any remove, a member of a role that has rights. */
const MEMBERS = `
WITH RECURSIVE members AS (
  SELECT r.rolname AS role, m.member FROM pg_auth_members m
    JOIN pg_roles r ON r.oid = m.roleid
  WHERE r.rolname = ANY ($1::name[]) AND (m.inherit_option OR m.set_option)
  UNION
  SELECT members.role, m.member FROM pg_auth_members m
    JOIN members ON members.member = m.roleid
  WHERE m.inherit_option OR m.set_option
)
SELECT role, rolname AS member FROM members JOIN pg_roles ON oid = member ORDER BY 1, 2`;

/** Rights on schemas and tables, and on those that are still to be made. */
const TENANT_ACCESS = `
SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS grantee,
  privilege_type AS right, 'privilege on schema ' || nspname AS via
FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND grantee <> nspowner
UNION
SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END,
  privilege_type, 'privilege on tables of schema ' || nspname
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace,
  aclexplode(coalesce(relacl, acldefault('r', relowner)))
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_'
  AND nspname <> 'information_schema' AND grantee <> relowner
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
    AND objid = c.oid AND deptype = 'e')
UNION
SELECT pg_get_userbyid(relowner), 'OWNER', 'owner of tables of schema ' || nspname
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_'
  AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
    AND objid = c.oid AND deptype = 'e')
UNION
SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END,
  privilege_type, 'default privilege on tables that ' || pg_get_userbyid(defaclrole) || ' makes'
FROM pg_default_acl, aclexplode(defaclacl)
WHERE defaclobjtype = 'r' AND grantee <> defaclrole`;

/**
 * Who can do what in a database, from the catalogs alone: logins through the groups that
 * they are members of, however far, and everybody else's ways in as well.
 */
export async function readAccess(
  { name }: ObjectRef,
  connections: PostgresConnections,
  deadline: Deadline,
): Promise<EffectiveAccess[]> {
  const { closed, server } = await connections.withAdmin(deadline, session =>
    readServerAccess(session, name),
  );
  if (!server.some(({ right }) => right === 'OWNER')) {
    return [];
  }
  const entered =
    !closed &&
    server.some(
      ({ grantee, right }) => right === 'CONNECT' && grantee !== 'PUBLIC',
    )
      ? await connections.withDatabase(name, deadline, session =>
          session.read<AccessRow>('reading who has access', TENANT_ACCESS),
        )
      : [];
  const rows = [...server, ...entered];
  const roles = [...new Set(rows.map(({ grantee }) => grantee))];
  const members = await connections.withAdmin(deadline, session =>
    readMembers(session, roles),
  );
  const groups = new Set(Object.values(groupRoles(name)));
  return combine([
    ...rows,
    ...members.flatMap(({ role, member }) =>
      rows
        .filter(({ grantee, via }) => grantee === role && isInherited(via))
        .map(({ right }) => ({
          grantee: member,
          right,
          via: `member of ${role}`,
        })),
    ),
  ]).filter(({ login, via }) => !groups.has(login) || via.startsWith('owner'));
}

async function readServerAccess(session: Session, name: string) {
  const what = 'reading who has access';
  const databases = await session.read(
    what,
    'SELECT FROM pg_database WHERE datname = $1 AND datallowconn AND datconnlimit <> $2',
    [name, INTERRUPTED_DROP],
  );
  const closed = databases.length === 0;
  const server = await session.read<AccessRow>(
    what,
    closed ? CLOSED_ACCESS : SERVER_ACCESS,
    [name],
  );
  return { closed, server };
}

/** A superuser's rights, and a session that is open, are nobody else's. */
function isInherited(via: string): boolean {
  return via !== 'superuser' && !via.startsWith('session');
}

function readMembers(session: Session, roles: string[]) {
  return session.read<{ role: string; member: string }>(
    'reading members',
    MEMBERS,
    [roles],
  );
}

function combine(rows: AccessRow[]): EffectiveAccess[] {
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

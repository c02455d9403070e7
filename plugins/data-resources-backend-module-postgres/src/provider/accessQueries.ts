import { variant } from '../sql/dialect';
import { granteeName } from '../sql/grantees';
import { INTERRUPTED_DROP } from './catalog';

/** That a membership is good for anything besides handing it on. */
const USABLE = variant(
  'membershipOptions',
  '(m.inherit_option OR m.set_option)',
  'true',
);

/** Who the databases belong to, and which of them can be entered. */
export const DATABASES = `
SELECT datname AS name, ${granteeName('datdba')} AS owner,
  datistemplate AS "isTemplate", datallowconn AND datconnlimit <> ${INTERRUPTED_DROP} AS open,
  has_database_privilege(oid, 'CONNECT') AS "mayEnter"
FROM pg_database WHERE datname = ANY ($1::name[])`;

/** Rights on the databases themselves. */
export const SERVER_ACCESS = `
SELECT datname AS database,
  ${granteeName('grantee')} AS grantee,
  privilege_type AS right, 'privilege on database ' || datname AS via
FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
WHERE datname = ANY ($1::name[]) AND grantee <> datdba`;

/** Those who are inside still. */
export const SESSION_ACCESS = `
SELECT DISTINCT datname AS database, usename AS grantee, 'CONNECT' AS right,
  'session that is open since before database ' || datname || ' refused connections' AS via
FROM pg_stat_activity WHERE datname = ANY ($1::name[]) AND usename <> session_user`;

/** Who stands above all rights, and who the portal is. */
export const ABOVE_ALL = `
SELECT rolname AS name, rolsuper AS superuser, rolname = session_user AS self
FROM pg_roles WHERE rolsuper OR rolname = session_user ORDER BY 1`;

/** When passwords run out, or did. A slot that is idle has none. */
export const ENDS_OF_PASSWORDS = `
SELECT rolname AS name, rolvaliduntil <= now() AS over,
  to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') AS at
FROM pg_roles WHERE rolname = ANY ($1::name[]) AND isfinite(rolvaliduntil)`;

/** Everybody who is, at any remove, a member of a role that has rights. */
export const MEMBERS = `
WITH RECURSIVE members AS (
  SELECT r.rolname AS role, m.member FROM pg_auth_members m
    JOIN pg_roles r ON r.oid = m.roleid
  WHERE r.rolname = ANY ($1::name[]) AND ${USABLE}
  UNION
  SELECT members.role, m.member FROM pg_auth_members m
    JOIN members ON members.member = m.roleid
  WHERE ${USABLE}
)
SELECT role, rolname AS member FROM members JOIN pg_roles ON oid = member ORDER BY 1, 2`;

/** Rights on schemas and tables, and on those that are still to be made. */
export const TENANT_ACCESS = `
SELECT current_database() AS database, entry.* FROM (
SELECT ${granteeName('grantee')} AS grantee,
  privilege_type AS right, 'privilege on schema ' || nspname AS via
FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND grantee <> nspowner
UNION
SELECT ${granteeName('grantee')},
  privilege_type, 'privilege on tables of schema ' || nspname
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace,
  aclexplode(coalesce(relacl, acldefault('r', relowner)))
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_'
  AND nspname <> 'information_schema' AND grantee <> relowner
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
    AND objid = c.oid AND deptype = 'e')
UNION
SELECT ${granteeName(
  'relowner',
)}, 'OWNER', 'owner of tables of schema ' || nspname
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_'
  AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
    AND objid = c.oid AND deptype = 'e')
UNION
SELECT ${granteeName('grantee')},
  privilege_type, 'default privilege on tables that ' || pg_get_userbyid(defaclrole) || ' makes'
FROM pg_default_acl, aclexplode(defaclacl)
WHERE defaclobjtype = 'r' AND grantee <> defaclrole) AS entry`;

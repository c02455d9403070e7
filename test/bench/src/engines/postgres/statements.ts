/**
 * The sequence of statements that makes a database with its roles, as somebody would write it who
 * knows it by heart: no check before, and none after. Names are plain identifiers.
 */

/** What the portal is to give, and how the bare client has it. */
export const GROUP_OF_ROLE = 'rw';

export function createRoles(name: string): string {
  return inTransaction([
    ...['dba', 'owner', 'rw', 'ro'].map(
      group => `CREATE ROLE ${name}_${group} NOLOGIN`,
    ),
    // CREATE DATABASE … OWNER asks for it.
    `GRANT ${name}_dba TO SESSION_USER WITH INHERIT true, SET true`,
  ]);
}

export function createDatabase(name: string): string {
  return `CREATE DATABASE ${name} OWNER ${name}_dba TEMPLATE template0 ENCODING 'UTF8' CONNECTION LIMIT 20`;
}

export function openDatabase(name: string): string {
  return inTransaction([
    `SET LOCAL ROLE ${name}_dba`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    `GRANT CONNECT, CREATE, TEMPORARY ON DATABASE ${name} TO ${name}_owner`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${name}_rw`,
    `GRANT CONNECT ON DATABASE ${name} TO ${name}_ro, SESSION_USER`,
  ]);
}

/** In the new database. */
export function openSchema(name: string): string {
  const [owner, rw, ro] = ['owner', 'rw', 'ro'].map(
    group => `${name}_${group}`,
  );
  const alter = `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT`;
  return inTransaction([
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    `GRANT USAGE, CREATE ON SCHEMA public TO ${owner}`,
    `GRANT USAGE ON SCHEMA public TO ${rw}, ${ro}`,
    `GRANT ${owner} TO SESSION_USER WITH INHERIT true, SET true`,
    `${alter} SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${rw}`,
    `${alter} USAGE, SELECT, UPDATE ON SEQUENCES TO ${rw}`,
    `${alter} USAGE ON SCHEMAS TO ${rw}, ${ro}`,
    `${alter} SELECT ON TABLES TO ${ro}`,
    `${alter} SELECT ON SEQUENCES TO ${ro}`,
    `REVOKE ${owner}, ${name}_dba FROM SESSION_USER`,
  ]);
}

export function createLogins(logins: readonly string[]): string {
  return inTransaction(
    logins.map(
      login =>
        `CREATE ROLE ${login} LOGIN PASSWORD NULL VALID UNTIL '-infinity'`,
    ),
  );
}

export function grant(name: string, logins: readonly string[]): string {
  return `GRANT ${name}_${GROUP_OF_ROLE} TO ${logins.join(', ')}`;
}

export function letIn(login: string, verifier: string): string {
  return `ALTER ROLE ${login} PASSWORD '${verifier}' VALID UNTIL 'infinity'`;
}

/**
 * What the shared catalogs know of databases, their parameters and limits, their roles and members, and
 * which of them have extensions. Nobody enters a database to know it.
 */
export const LOOK = [
  `SELECT d.oid, datname, datdba, datconnlimit, datallowconn, datacl, encoding, datcollate,
     setconfig
   FROM pg_database d LEFT JOIN pg_db_role_setting ON setdatabase = d.oid`,
  `SELECT oid, rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolvaliduntil,
     shobj_description(oid, 'pg_authid')
   FROM pg_roles`,
  'SELECT roleid, member, grantor, admin_option, inherit_option, set_option FROM pg_auth_members',
  "SELECT dbid, objid, refobjid FROM pg_shdepend WHERE classid = 'pg_extension'::regclass",
];

/** Of databases: whether they are there, closed to others and open to the logins that are named. */
export const READY = `
SELECT wanted.name, login,
  datdba = (SELECT oid FROM pg_roles WHERE rolname = wanted.name || '_dba')
    AND NOT EXISTS (SELECT FROM aclexplode(datacl) WHERE grantee = 0)
    AND has_database_privilege(login, d.oid, 'CONNECT')
    AND pg_has_role(login, wanted.name || '_${GROUP_OF_ROLE}', 'USAGE') AS ready
FROM unnest($1::text[]) AS wanted(name) CROSS JOIN unnest($2::text[]) AS login
  LEFT JOIN pg_database d ON d.datname = wanted.name
WHERE d.oid IS NULL OR EXISTS (SELECT FROM pg_roles WHERE rolname = login)`;

/** In a database. */
export const SCHEMA_READY = `
SELECT NOT EXISTS (
    SELECT FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' AND grantee = 0)
  AND has_schema_privilege(current_database() || '_${GROUP_OF_ROLE}', 'public', 'USAGE')
  AND EXISTS (
    SELECT FROM pg_default_acl, aclexplode(defaclacl)
    WHERE defaclobjtype = 'r' AND privilege_type = 'INSERT'
      AND grantee::regrole::text = current_database() || '_${GROUP_OF_ROLE}') AS ready`;

function inTransaction(statements: string[]): string {
  return ['BEGIN', ...statements, 'COMMIT'].join('; ');
}

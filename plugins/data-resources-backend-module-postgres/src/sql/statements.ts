import type { GroupRoles } from '../type/names';
import { variant } from './dialect';
import { MARKED_BY_PORTAL } from './dialect/queries';
import { ident, literal } from './identifiers';
import { asDba, membershipOptions, script, whileMember } from './script';

/**
 * Every statement that changes a server, as text: a plan shows it, a step sends it. Several
 * in one text are one transaction. `SESSION_USER` is the provisioner.
 */

/** Stands in a plan for what is made up at the moment a step runs. */
export const ATTEMPT_PLACEHOLDER = '<attempt>';

/** Says whose a group role is; within one attempt it proves who made it. */
export function roleMarker(
  installationId: string,
  database: string,
  attempt: string,
): string {
  return `${MARKED_BY_PORTAL}${installationId}, database ${database}, attempt ${attempt}`;
}

export function createGroupRoles(names: string[], marker: string): string {
  return script(
    names.flatMap(name => [
      `CREATE ROLE ${ident(name)} NOLOGIN`,
      `COMMENT ON ROLE ${ident(name)} IS ${literal(marker)}`,
    ]),
  );
}

/** `CREATE DATABASE … OWNER` asks for a membership with SET. */
export function becomeMemberOf(role: string): string {
  return `GRANT ${ident(role)} TO SESSION_USER${membershipOptions({
    inherit: false,
    set: true,
  })};`;
}

export function createDatabase(options: {
  database: string;
  owner: string;
  encoding: string;
  locale?: string;
  connectionLimit: number;
  colocation?: boolean;
}): string {
  const { database, owner, encoding, locale, connectionLimit, colocation } =
    options;
  return [
    `CREATE DATABASE ${ident(database)} OWNER ${ident(owner)}`,
    // The only template that takes any encoding and that nobody is connected to.
    'TEMPLATE template0',
    `ENCODING ${literal(encoding)}`,
    ...(locale ? [`LOCALE_PROVIDER libc LOCALE ${literal(locale)}`] : []),
    `CONNECTION LIMIT ${connectionLimit}${
      colocation ? ' COLOCATION = true' : ''
    };`,
  ].join(' ');
}

export function configureDatabase(
  database: string,
  roles: GroupRoles,
  parameters: { [name: string]: string },
): string {
  const on = `ON DATABASE ${ident(database)}`;
  return asDba(roles.dba, [
    `REVOKE ALL ${on} FROM PUBLIC`,
    `GRANT CONNECT, CREATE, TEMPORARY ${on} TO ${ident(roles.owner)}`,
    `GRANT CONNECT, TEMPORARY ${on} TO ${ident(roles.rw)}`,
    `GRANT CONNECT ${on} TO ${ident(roles.ro)}, SESSION_USER`,
    ...setParameters(database, parameters),
  ]);
}

export function setParameters(
  database: string,
  parameters: { [name: string]: string },
): string[] {
  return Object.entries(parameters).map(
    ([name, value]) =>
      `ALTER DATABASE ${ident(database)} SET ${ident(name)} = ${literal(
        value,
      )}`,
  );
}

/** Privileges on what a role will create; the read-back goes by the same table. */
export const DEFAULT_PRIVILEGES: {
  [group in 'ro' | 'rw' | 'owner']: { [kind: string]: readonly string[] };
} = {
  ro: { TABLES: ['SELECT'], SEQUENCES: ['SELECT'], SCHEMAS: ['USAGE'] },
  rw: {
    TABLES: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
    SEQUENCES: ['USAGE', 'SELECT', 'UPDATE'],
    SCHEMAS: ['USAGE'],
  },
  owner: {
    TABLES: [
      'SELECT',
      'INSERT',
      'UPDATE',
      'DELETE',
      'TRUNCATE',
      'REFERENCES',
      'TRIGGER',
    ],
    SEQUENCES: ['USAGE', 'SELECT', 'UPDATE'],
    SCHEMAS: ['USAGE', 'CREATE'],
  },
};

/** That what the roles will create is open to the groups. */
export function defaultPrivileges(
  creators: string[],
  roles: GroupRoles,
  to: ('ro' | 'rw' | 'owner')[],
): string[] {
  return to.flatMap(group =>
    Object.entries(DEFAULT_PRIVILEGES[group]).map(
      ([kind, privileges]) =>
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${ident(
          ...creators,
        )} GRANT ${privileges.join(', ')} ON ${kind} TO ${ident(roles[group])}`,
    ),
  );
}

export function prepareSchema(roles: GroupRoles, extensions: string[]): string {
  return script(
    whileMember([roles.dba, roles.owner], { inherit: true, set: true }, [
      `SET LOCAL ROLE ${ident(roles.dba)}`,
      'REVOKE ALL ON SCHEMA public FROM PUBLIC',
      `GRANT USAGE, CREATE ON SCHEMA public TO ${ident(roles.owner)}`,
      `GRANT USAGE ON SCHEMA public TO ${ident(roles.rw, roles.ro)}`,
      ...createExtensions(extensions),
      'SET LOCAL ROLE NONE',
      ...defaultPrivileges([roles.owner], roles, ['rw', 'ro']),
    ]),
  );
}

export function createExtensions(names: string[]): string[] {
  return names.map(
    name => `CREATE EXTENSION IF NOT EXISTS ${ident(name)} SCHEMA public`,
  );
}

/** A login that is refused until a credential is issued: no password, and run out besides. */
export function createLogins(names: string[]): string {
  return script(
    names.map(
      name =>
        `CREATE ROLE ${ident(
          name,
        )} LOGIN INHERIT PASSWORD NULL VALID UNTIL '-infinity'${variant(
          'adminByMembership',
          '',
          // There the mark alone tells whose role it is.
          `;\nCOMMENT ON ROLE ${ident(name)} IS ${literal(
            `${MARKED_BY_PORTAL}login`,
          )}`,
        )}`,
    ),
  );
}

export function enableLogin(name: string, verifier: string): string {
  return `ALTER ROLE ${ident(name)} LOGIN PASSWORD ${literal(
    verifier,
  )} VALID UNTIL 'infinity';`;
}

export function disableLogin(name: string): string {
  return `ALTER ROLE ${ident(name)} PASSWORD NULL VALID UNTIL '-infinity';`;
}

export function grantGroup(group: string, logins: string[]): string {
  return `GRANT ${ident(group)} TO ${ident(...logins)}${membershipOptions({
    inherit: true,
    set: false,
  })};`;
}

/** What an owner makes belongs to the group, also after `RESET ROLE` as far as others read it. */
export function grantOwner(
  database: string,
  roles: GroupRoles,
  logins: string[],
): string {
  return script([
    `GRANT ${ident(roles.owner)} TO ${ident(...logins)}${membershipOptions({
      inherit: true,
      set: true,
    })}`,
    ...logins.map(
      login =>
        `ALTER ROLE ${ident(login)} IN DATABASE ${ident(
          database,
        )} SET role = ${literal(roles.owner)}`,
    ),
    ...whileMember(
      logins,
      { inherit: true, set: false },
      defaultPrivileges(logins, roles, ['owner', 'rw', 'ro']),
    ),
  ]);
}

/** Open sessions keep the rights of the role that they have set, so they are ended. */
function endSessions(logins: string[], database?: string): string {
  const names = logins.map(literal).join(', ');
  return `SELECT pg_catalog.pg_terminate_backend(pid, 2000) FROM pg_catalog.pg_stat_activity WHERE usename IN (${names})${
    database === undefined ? '' : ` AND datname = ${literal(database)}`
  }`;
}

export function revokeGroup(
  database: string,
  group: string,
  logins: string[],
): string {
  return script([
    `REVOKE ${ident(group)} FROM ${ident(...logins)}`,
    ...whileMember(logins, { inherit: true, set: false }, [
      endSessions(logins, database),
    ]),
  ]);
}

function handOver(logins: string[], owner: string): string[] {
  return [
    `REASSIGN OWNED BY ${ident(...logins)} TO ${ident(owner)}`,
    `DROP OWNED BY ${ident(...logins)}`,
  ];
}

export function revokeOwner(
  database: string,
  owner: string,
  logins: string[],
): string {
  return script([
    `REVOKE ${ident(owner)} FROM ${ident(...logins)}`,
    ...logins.map(
      login =>
        `ALTER ROLE ${ident(login)} IN DATABASE ${ident(database)} RESET role`,
    ),
    ...whileMember([...logins, owner], { inherit: true, set: true }, [
      endSessions(logins, database),
      ...handOver(logins, owner),
    ]),
  ]);
}

/** Runs in a database where the logins still own something. */
export function handOverOwned(owner: string, logins: string[]): string {
  return script(
    whileMember([...logins, owner], { inherit: true, set: true }, [
      endSessions(logins),
      ...handOver(logins, owner),
    ]),
  );
}

export function dropLogins(logins: string[]): string {
  return script([
    ...whileMember(logins, { inherit: true, set: false }, [
      endSessions(logins),
    ]),
    `DROP ROLE ${ident(...logins)}`,
  ]);
}

/** `DROP DATABASE` asks for the owner's rights; the membership goes with the role. */
export function inheritFrom(role: string): string {
  return `GRANT ${ident(role)} TO SESSION_USER${membershipOptions({
    inherit: true,
    set: true,
  })}`;
}

export function refuseConnections(database: string, dba: string): string {
  return script([
    inheritFrom(dba),
    `ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS false`,
  ]);
}

export function endSessionsOf(logins: string[], database: string): string {
  return script(
    whileMember(logins, { inherit: true, set: false }, [
      endSessions(logins, database),
    ]),
  );
}

/**
 * Without FORCE: the sessions have been ended and new ones are refused. FORCE asks for a right
 * on every process in the database, and an autovacuum worker has no role that could give it
 * (42501); the plain statement sends such a worker away and waits for it.
 */
export function dropDatabase(database: string): string {
  return `DROP DATABASE ${ident(database)};`;
}

export function dropRoles(names: string[]): string {
  return `DROP ROLE ${ident(...names)};`;
}

import { parseExtension } from '../type/extensions';
import type { GroupRoles } from '../type/names';
import type { SchemaRoles } from '../type/schemas';
import { EMPTY_TEMPLATE, type LocaleProvider } from '../type/specSchema';
import {
  defaultPrivileges,
  defaultRoutines,
  schemaDefaults,
} from './defaultPrivileges';
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
  return script(createRoles(names, marker));
}

export function createRoles(names: string[], marker: string): string[] {
  return names.flatMap(name => [
    `CREATE ROLE ${ident(name)} NOLOGIN`,
    `COMMENT ON ROLE ${ident(name)} IS ${literal(marker)}`,
  ]);
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
  localeProvider?: LocaleProvider;
  template?: string;
  connectionLimit: number;
  colocation?: boolean;
}): string {
  const { database, owner, encoding, connectionLimit, colocation } = options;
  // The only template that takes any encoding and that nobody is connected to.
  const { template = EMPTY_TEMPLATE } = options;
  return [
    `CREATE DATABASE ${ident(database)} OWNER ${ident(owner)}`,
    `TEMPLATE ${template === EMPTY_TEMPLATE ? template : ident(template)}`,
    `ENCODING ${literal(encoding)}`,
    ...localeClauses(options),
    `CONNECTION LIMIT ${connectionLimit}${
      colocation ? ' COLOCATION = true' : ''
    };`,
  ].join(' ');
}

/** `LOCALE` itself would be the C library's as well, which knows none of the others' locales. */
function localeClauses({
  locale,
  localeProvider,
}: {
  locale?: string;
  localeProvider?: LocaleProvider;
}): string[] {
  const provider = localeProvider ?? (locale ? 'libc' : undefined);
  const keyword = { libc: '', icu: 'ICU_', builtin: 'BUILTIN_' };
  return provider
    ? [
        `LOCALE_PROVIDER ${provider}`,
        ...(locale ? [`${keyword[provider]}LOCALE ${literal(locale)}`] : []),
      ]
    : [];
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

export function prepareSchema(
  roles: GroupRoles,
  extensions: string[],
  { routines = false }: { routines?: boolean } = {},
): string {
  return script(
    whileMember([roles.dba, roles.owner], { inherit: true, set: true }, [
      `SET LOCAL ROLE ${ident(roles.dba)}`,
      'REVOKE ALL ON SCHEMA public FROM PUBLIC',
      `GRANT USAGE, CREATE ON SCHEMA public TO ${ident(roles.owner)}`,
      `GRANT USAGE ON SCHEMA public TO ${ident(roles.rw, roles.ro)}`,
      ...createExtensions(extensions),
      'SET LOCAL ROLE NONE',
      ...defaultPrivileges([roles.owner], roles, ['rw', 'ro']),
      ...(routines ? defaultRoutines([roles.owner], [roles.rw, roles.ro]) : []),
    ]),
  );
}

/** Of entries such as `citext` and `citext@1.6`. */
export function createExtensions(entries: string[]): string[] {
  return entries
    .map(parseExtension)
    .map(
      ({ name, version }) =>
        `CREATE EXTENSION IF NOT EXISTS ${ident(name)} SCHEMA public${
          version === undefined ? '' : ` VERSION ${literal(version)}`
        }`,
    );
}

/** A login that is refused until a credential is issued: no password, and run out besides. */
export function createLogins(
  names: string[],
  connectionLimit?: number,
): string {
  return script(
    names.map(
      name =>
        `CREATE ROLE ${ident(name)} LOGIN INHERIT PASSWORD NULL${limitClause(
          connectionLimit,
        )} VALID UNTIL '-infinity'${variant(
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

function limitClause(connectionLimit: number | undefined): string {
  return connectionLimit === undefined
    ? ''
    : ` CONNECTION LIMIT ${connectionLimit}`;
}

/** What a login that is there is held to; what is left out stays as it is. */
export function limitLogins(
  logins: { name: string; connectionLimit?: number; validUntil?: string }[],
): string {
  return script(
    logins.map(
      ({ name, connectionLimit, validUntil }) =>
        `ALTER ROLE ${ident(name)}${limitClause(connectionLimit)}${
          validUntil === undefined ? '' : ` VALID UNTIL ${literal(validUntil)}`
        }`,
    ),
  );
}

export function enableLogin(
  name: string,
  verifier: string,
  {
    connectionLimit,
    validUntil = 'infinity',
  }: { connectionLimit?: number; validUntil?: string } = {},
): string {
  return `ALTER ROLE ${ident(name)} LOGIN PASSWORD ${literal(
    verifier,
  )}${limitClause(connectionLimit)} VALID UNTIL ${literal(validUntil)};`;
}

export function disableLogin(name: string): string {
  return `ALTER ROLE ${ident(name)} PASSWORD NULL VALID UNTIL '-infinity';`;
}

export function grantGroup(group: string, logins: string[]): string {
  return script([membership(group, logins)]);
}

export function membership(group: string, members: string[]): string {
  return `GRANT ${ident(group)} TO ${ident(...members)}${membershipOptions({
    inherit: true,
    set: false,
  })}`;
}

/** What an owner makes belongs to the group, also after `RESET ROLE` as far as others read it. */
export function grantOwner(
  database: string,
  roles: GroupRoles,
  logins: string[],
  { routines = false, schemas = [] }: OwnersDefaults = {},
): string {
  return script([
    ...worksAs(database, roles.owner, logins),
    ...whileMember(logins, { inherit: true, set: false }, [
      ...defaultPrivileges(logins, roles, ['owner', 'rw', 'ro']),
      ...(routines
        ? defaultRoutines(logins, [roles.owner, roles.rw, roles.ro])
        : []),
      ...schemas.flatMap(schema => schemaDefaults(logins, schema)),
    ]),
  ]);
}

/** Logins become members of a group, and their sessions in the database begin as it. */
export function worksAs(
  database: string,
  group: string,
  logins: string[],
): string[] {
  return [
    `GRANT ${ident(group)} TO ${ident(...logins)}${membershipOptions({
      inherit: true,
      set: true,
    })}`,
    ...logins.map(
      login =>
        `ALTER ROLE ${ident(login)} IN DATABASE ${ident(
          database,
        )} SET role = ${literal(group)}`,
    ),
  ];
}

/** What is opened of what an owner's login makes as itself, besides tables and sequences. */
export type OwnersDefaults = {
  /** Functions and procedures, to the groups in the place of PUBLIC. */
  routines?: boolean;
  /** What is made in schemas, to the groups of those. */
  schemas?: SchemaRoles[];
};

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

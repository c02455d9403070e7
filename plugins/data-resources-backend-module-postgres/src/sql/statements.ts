import { parseExtension } from '../type/extensions';
import type { GroupRoles } from '../type/names';
import { EMPTY_TEMPLATE, type LocaleProvider } from '../type/specSchema';
import { defaultPrivileges, defaultRoutines } from './defaultPrivileges';
import { variant } from './dialect';
import { MARKED_BY_PORTAL } from './dialect/queries';
import { ident, literal } from './identifiers';
import { asDba, membershipOptions, script } from './script';

/**
 * Statements that change a server, as text: a plan shows them, a step sends them. Several
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

/** The group roles of a database that is going to be made. */
export interface NewGroupRoles {
  names: string[];
  marker: string;
  /** Those of them that the provisioner becomes a member of; see {@link becomeMember}. */
  become: string[];
}

/**
 * All roles first: each change of memberships, as making a role is one, has the server go through all that
 * the provisioner holds once more where a right on a role is asked for, as for a comment. It does so for each
 * role of a `GRANT`, so that nothing is gained by one transaction for several databases. For the same reason only
 * the first one has the marker where the server tells which were made with it.
 */
export function createGroupRoles({
  names,
  marker,
  become,
}: NewGroupRoles): string {
  const [first, ...others] = comments(names, marker);
  return script([
    ...names.map(newRole),
    `${first}${variant(
      'adminByMembership',
      '',
      others.map(each => `;\n${each}`).join(''),
    )}`,
    ...(become.length === 0 ? [] : [becomeMemberOf(become)]),
  ]);
}

export function createRoles(names: string[], marker: string): string[] {
  return [...names.map(newRole), ...comments(names, marker)];
}

function newRole(name: string): string {
  return `CREATE ROLE ${ident(name)} NOLOGIN`;
}

function comments(names: string[], marker: string): string[] {
  return names.map(
    name => `COMMENT ON ROLE ${ident(name)} IS ${literal(marker)}`,
  );
}

function becomeMemberOf(roles: string[]): string {
  return `GRANT ${ident(...roles)} TO SESSION_USER${membershipOptions({
    inherit: false,
    set: true,
  })}`;
}

/**
 * With SET alone, as `CREATE DATABASE … OWNER` and `SET ROLE` ask for it. It ends when the database has been
 * {@link prepareDatabase | prepared}.
 */
export function becomeMember(...roles: string[]): string {
  return script([becomeMemberOf(roles)]);
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

/**
 * Closes a new database to PUBLIC and opens it to its groups, inside as outside. The memberships that
 * it was made with end with it.
 */
export function prepareDatabase(
  database: string,
  roles: GroupRoles,
  parameters: { [name: string]: string },
): string {
  const on = `ON DATABASE ${ident(database)}`;
  return script([
    `SET LOCAL ROLE ${ident(roles.dba)}`,
    `REVOKE ALL ${on} FROM PUBLIC`,
    `GRANT CONNECT, CREATE, TEMPORARY ${on} TO ${ident(roles.owner)}`,
    `GRANT CONNECT, TEMPORARY ${on} TO ${ident(roles.rw)}`,
    `GRANT CONNECT ${on} TO ${ident(roles.ro)}, SESSION_USER`,
    ...setParameters(database, parameters),
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    `GRANT USAGE, CREATE ON SCHEMA public TO ${ident(roles.owner)}`,
    `GRANT USAGE ON SCHEMA public TO ${ident(roles.rw, roles.ro)}`,
    // As itself, for otherwise the server goes through all roles with each of them.
    `SET LOCAL ROLE ${ident(roles.owner)}`,
    ...defaultPrivileges([roles.owner], roles, ['rw', 'ro']),
    ...defaultRoutines([roles.owner], [roles.rw, roles.ro]),
    'SET LOCAL ROLE NONE',
    `REVOKE ${ident(roles.dba, roles.owner)} FROM SESSION_USER`,
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

/** In a transaction of their own: where the server refuses one, the database is closed to PUBLIC. */
export function addExtensions(dba: string, extensions: string[]): string {
  return asDba(dba, createExtensions(extensions));
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

/**
 * The same where nobody can say what requires what: those with a version come first, for what
 * `CASCADE` brings along has the server's default.
 */
export function addExtensionsInAnyOrder(
  dba: string,
  entries: string[],
): string {
  const pinned = (entry: string) => parseExtension(entry).version !== undefined;
  return asDba(
    dba,
    createExtensions([
      ...entries.filter(pinned),
      ...entries.filter(entry => !pinned(entry)),
    ]).map(statement => `${statement} CASCADE`),
  );
}

/** `DROP DATABASE` asks for the owner's rights; the membership goes with the role. */
export function inheritFrom(role: string): string {
  return `GRANT ${ident(role)} TO SESSION_USER${membershipOptions({
    inherit: true,
    set: true,
  })}`;
}

/** Where the role stays, and with it the database. */
export function ceaseToInherit(role: string): string {
  return script([`REVOKE ${ident(role)} FROM SESSION_USER`]);
}

export function refuseConnections(
  database: string,
  dba: string,
  isTemplate: boolean = false,
): string {
  return script([
    inheritFrom(dba),
    `ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS false`,
    ...(isTemplate
      ? [`ALTER DATABASE ${ident(database)} IS_TEMPLATE false`]
      : []),
  ]);
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

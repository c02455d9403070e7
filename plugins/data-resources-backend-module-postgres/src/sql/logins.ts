import { variant } from './dialect';
import { MARKED_BY_PORTAL } from './dialect/queries';
import { ident, literal } from './identifiers';
import { script, whileMember } from './script';

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

/** Open sessions keep the rights of the role that they have set, so they are ended. */
export function endSessions(logins: string[], database?: string): string {
  const names = logins.map(literal).join(', ');
  return `SELECT pg_catalog.pg_terminate_backend(pid, 2000) FROM pg_catalog.pg_stat_activity WHERE usename IN (${names})${
    database === undefined ? '' : ` AND datname = ${literal(database)}`
  }`;
}

export function handOver(logins: string[], owner: string): string[] {
  return [
    `REASSIGN OWNED BY ${ident(...logins)} TO ${ident(owner)}`,
    `DROP OWNED BY ${ident(...logins)}`,
  ];
}

/**
 * Runs in a database where roles still own something, or were given something by its groups or
 * as those.
 */
export function handOverOwned(
  { dba, owner }: { dba: string; owner: string },
  names: string[],
): string {
  return script(
    whileMember([...names, dba, owner], { inherit: true, set: true }, [
      endSessions(names),
      ...handOver(names, owner),
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

export function endSessionsOf(logins: string[], database: string): string {
  return script(
    whileMember(logins, { inherit: true, set: false }, [
      endSessions(logins, database),
    ]),
  );
}

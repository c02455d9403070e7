import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Session } from '../connection/Session';
import { administers } from '../sql/dialect';
import { granteeName } from '../sql/grantees';
import { ident } from '../sql/identifiers';

/**
 * Roles that own something in a database and that the provisioner may become a member of. What others
 * own, it cannot read, and pg_dump says so.
 */
const OWNERS = `
SELECT DISTINCT pg_get_userbyid(refobjid)::text AS name
FROM pg_shdepend s JOIN pg_database d ON d.datname = $1
WHERE s.dbid = d.oid AND refclassid = 'pg_authid'::regclass AND deptype = 'o'
  AND refobjid <> session_user::regrole AND ${administers('refobjid')}
ORDER BY 1`;

const OTHERS = `
SELECT DISTINCT ${granteeName('grantee')} AS name
FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
WHERE datname = $1 AND privilege_type = 'CONNECT' AND grantee <> session_user::regrole
ORDER BY 1`;

const GIVEN_ON = `
SELECT DISTINCT pg_get_userbyid(grantor)::text AS grantor,
  ${granteeName('grantee')} AS grantee
FROM pg_database, aclexplode(datacl)
WHERE datname = $1 AND privilege_type = 'CONNECT' AND grantor <> datdba
ORDER BY 1, 2`;

/**
 * What somebody gave on who is not the owner, the owner can neither take nor give again.
 *
 * @throws ProviderError `Rejected`, with the statement that ends it
 */
export async function assertGivenByOwner(
  session: Session,
  database: string,
): Promise<void> {
  const rows = await session.read<{ grantor: string; grantee: string }>(
    `looking who gave CONNECT on ${database} on`,
    GIVEN_ON,
    [database],
  );
  if (rows.length > 0) {
    throw new ProviderError(
      'Rejected',
      `${rows
        .map(({ grantor, grantee }) => `${grantee} by the grant of ${grantor}`)
        .join(
          ', ',
        )} may connect to ${database}, which its owner cannot take for the time of the last dump, so that it would not be the last state. An administrator runs: ${[
        ...new Set(rows.map(({ grantor }) => grantor)),
      ]
        .map(
          grantor =>
            `REVOKE GRANT OPTION FOR CONNECT ON DATABASE ${ident(
              database,
            )} FROM ${ident(grantor)} CASCADE;`,
        )
        .join(' ')}`,
    );
  }
}

/** As whose member everything of a database can be read that is not an administrator's. */
export async function readReaders(
  session: Session,
  database: string,
  dba: string,
): Promise<string[]> {
  const rows = await session.read<{ name: string }>(
    `looking who owns what in ${database}`,
    OWNERS,
    [database],
  );
  return [...new Set([dba, ...rows.map(({ name }) => name)])];
}

/** Who may connect, besides the provisioner and superusers. */
export async function whoElseMayConnect(
  session: Session,
  database: string,
): Promise<string[]> {
  const rows = await session.read<{ name: string }>(
    `looking who may connect to ${database}`,
    OTHERS,
    [database],
  );
  return rows.map(({ name }) => name);
}

/** Those whose sessions nobody here may end could go on to write what the dump has not. */
export function waitForVisitors(
  database: string,
  roles: readonly string[],
): ProviderError | undefined {
  return roles.length > 0
    ? new ProviderError(
        'Unreachable',
        `${roles.join(
          ', ',
        )} is connected to ${database}, and the portal may not end the session, so that the last dump would not be the last state; it is made when the session has ended`,
      )
    : undefined;
}

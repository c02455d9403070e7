import type { Session } from '../connection/Session';
import { administers } from '../sql/dialect';

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
SELECT DISTINCT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS name
FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
WHERE datname = $1 AND privilege_type = 'CONNECT' AND grantee <> session_user::regrole
ORDER BY 1`;

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

import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { handOverOwned } from '../sql/logins';
import { groupRoles } from '../type/names';
import type { StepScope } from './StepHandler';

/** Databases in which a role owns something, or that and in which it is named by a privilege. */
const DATABASES_OF_ROLES = `
SELECT DISTINCT d.datname AS database
FROM pg_shdepend s JOIN pg_database d
  ON d.oid = CASE WHEN s.dbid = 0 AND s.classid = 'pg_database'::regclass THEN s.objid ELSE s.dbid END
WHERE s.refclassid = 'pg_authid'::regclass
  AND s.refobjid IN (SELECT oid FROM pg_roles WHERE rolname = ANY ($1::name[]))
ORDER BY 1`;

/**
 * Gives what roles own in any database to its group of owners, and ends what they were given there, so
 * that they can be dropped.
 *
 * @throws ProviderError `Conflict` where a database is none of ours
 */
export async function handOverEverywhere(
  names: string[],
  scope: StepScope,
): Promise<void> {
  const { connections, deadline } = scope;
  const rows = await connections.withAdmin(deadline, session =>
    session.read<{ database: string }>(
      `looking for what ${names.join(' and ')} own`,
      DATABASES_OF_ROLES,
      [names],
    ),
  );
  for (const { database } of rows) {
    await handOverIn(database, names, scope);
  }
}

async function handOverIn(
  database: string,
  names: string[],
  { connections, deadline }: StepScope,
): Promise<void> {
  const { dba, owner } = groupRoles(database);
  try {
    await connections.withDatabase(database, deadline, session =>
      session.write(
        `handing over what ${names.join(' and ')} own in ${database}`,
        handOverOwned({ dba, owner }, names),
      ),
    );
  } catch (error) {
    if (!isProviderError(error) || error.retryable) {
      throw error;
    }
    throw new ProviderError(
      'Conflict',
      `${names.join(
        ' and ',
      )} own objects or have privileges in the database ${database} that the portal may not take; an administrator has to run REASSIGN OWNED and DROP OWNED there. ${
        error.message
      }`,
    );
  }
}

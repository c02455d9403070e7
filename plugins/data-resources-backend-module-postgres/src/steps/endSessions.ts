import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { Session } from '../connection/Session';
import { administers } from '../sql/dialect';
import { endSessionsOf } from '../sql/logins';

/** Who is connected, and whether the provisioner may end their sessions. */
const SESSIONS = `
SELECT usename AS name, ${administers('a.usesysid')} AS administered
FROM pg_stat_activity a
WHERE datname = $1 AND usename IS NOT NULL AND usename <> session_user
GROUP BY usename, usesysid ORDER BY 1`;

/**
 * Ends the sessions in a database that the provisioner may end, and names the roles whose
 * sessions it may not.
 */
export async function endSessions(
  session: Session,
  database: string,
): Promise<string[]> {
  const what = `ending the sessions in ${database}`;
  const users = await session.read<{ name: string; administered: boolean }>(
    what,
    SESSIONS,
    [database],
  );
  const namesOf = (administered: boolean) =>
    users
      .filter(user => user.administered === administered)
      .map(({ name }) => name);
  const ours = namesOf(true);
  if (ours.length > 0) {
    await session.write(what, endSessionsOf(ours, database)).catch(error => {
      // A role may have gone meanwhile; what reads the sessions next says who is left.
      if (!isProviderError(error) || error.retryable) {
        throw error;
      }
    });
  }
  return namesOf(false);
}

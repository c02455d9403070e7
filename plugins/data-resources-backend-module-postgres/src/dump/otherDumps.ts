import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Session } from '../connection/Session';
import { DUMP_APPLICATION } from './libpqEnvironment';

const RUNNING = `
SELECT pid FROM pg_stat_activity
WHERE datname = $1 AND application_name = $2 AND usename = session_user
ORDER BY pid`;

/**
 * A `pg_dump` outlives the backend that began it and was killed. Two at once would open and close the
 * database for each other.
 *
 * @throws ProviderError `Unreachable` as long as one runs
 */
export async function assertNoOtherDump(
  session: Session,
  database: string,
): Promise<void> {
  const rows = await session.read<{ pid: number }>(
    `looking whether ${database} is being dumped`,
    RUNNING,
    [database, DUMP_APPLICATION],
  );
  if (rows.length > 0) {
    throw new ProviderError(
      'Unreachable',
      `A pg_dump of an earlier attempt still reads ${database} (process ${rows
        .map(({ pid }) => pid)
        .join(
          ', ',
        )} of the server); the last dump is made anew when it has ended`,
    );
  }
}

import {
  type EnginesDescription,
  sqlAsAdmin,
} from '@data-resources/test-engines';

/** Sessions of the portal's database that wait for a lock, or hold a transaction open: a line each. */
export async function databaseWaits(
  description: EnginesDescription,
): Promise<string[]> {
  const rows = await sqlAsAdmin<{ line: string }>(
    description.engines.portal!,
    `SELECT format(
              'session %s (%s, waits for %s) %s',
              pid, state, pg_blocking_pids(pid), left(regexp_replace(query, '\s+', ' ', 'g'), 160)
            ) AS line
       FROM pg_stat_activity
      WHERE datname = 'backstage_plugin_data-resources'
        AND (cardinality(pg_blocking_pids(pid)) > 0 OR state LIKE 'idle in transaction%')
      ORDER BY pid`,
  );
  return rows.map(({ line }) => line);
}

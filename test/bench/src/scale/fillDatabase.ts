import type { Client } from 'pg';
import { fillStatements, type Size } from './fillStatements';

/**
 * Fills the plugin's tables. Triggers and foreign keys are off and indexes are made afterwards:
 * a million requests take minutes this way and not an hour.
 */
export async function fillDatabase(
  client: Client,
  size: Size,
  say: (line: string) => void,
): Promise<void> {
  const begin = performance.now();
  await client.query('SET session_replication_role = replica');
  await client.query("SET maintenance_work_mem = '512MB'");
  await client.query("SET work_mem = '64MB'");
  // What the start of the backend wrote.
  await client.query('DELETE FROM audit');
  // Nobody is told of requests that nobody made.
  await client.query(
    `INSERT INTO feed_cursors (consumer, position) VALUES ('notifications', $1)
     ON CONFLICT (consumer) DO UPDATE SET position = excluded.position`,
    [2 * size.requests],
  );
  const { rows: indexes } = await client.query<{
    name: string;
    definition: string;
  }>(
    `SELECT i.relname AS name, pg_get_indexdef(i.oid) AS definition
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
     JOIN pg_class t ON t.oid = x.indrelid
     WHERE t.relnamespace = current_schema()::regnamespace AND t.relname NOT LIKE 'knex%'
       AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)`,
  );
  for (const { name } of indexes) {
    await client.query(`DROP INDEX ${client.escapeIdentifier(name)}`);
  }
  for (const [what, sql] of fillStatements(size)) {
    const start = performance.now();
    const { rowCount } = await client.query(sql);
    const seconds = (performance.now() - start) / 1_000;
    if (seconds > 1) {
      say(`  ${what}: ${rowCount} rows in ${seconds.toFixed(1)} s`);
    }
  }
  for (const { definition } of indexes) {
    await client.query(definition);
  }
  await client.query('VACUUM ANALYZE');
  const seconds = ((performance.now() - begin) / 1_000).toFixed(0);
  say(
    `${size.requests} requests, ${size.resources} resources, ${size.owners} owners and what belongs to them: ${seconds} s`,
  );
}

import { sqlAsAdmin } from '@data-resources/test-engines';

/** What the portal's backend keeps, apart from what passes. */
const TABLES = [
  'requests',
  'request_plans',
  'request_approvers',
  'decisions',
  'reservations',
  'resources',
  'grants',
  'principals',
  'credentials',
  'operations',
];

/** How many rows each table of the data resources backend has. */
export async function ledger(): Promise<Record<string, number>> {
  const [counts] = await sqlAsAdmin<Record<string, string>>(
    'portal',
    `SELECT ${TABLES.map(
      table => `(SELECT count(*) FROM ${table}) AS ${table}`,
    ).join(', ')}`,
    { database: 'backstage_plugin_data-resources' },
  );
  return Object.fromEntries(
    Object.entries(counts).map(([table, count]) => [table, Number(count)]),
  );
}

import {
  sqlAsAdmin,
  type EnginesDescription,
} from '@data-resources/test-engines';

const DATABASE = 'backstage_plugin_data-resources';

/** What the portal itself believes, and what it did: read from its database, not from its API. */
export interface Ledger {
  /** How things are, one line each, with the object's name in it. */
  state: string[];
  /** What happened, with the number of times. */
  history: string[];
}

const STATE = `
  SELECT format('resource %s phase=%s settled=%s idle=%s', name, phase,
           generation = observed_generation, active_request_id IS NULL) AS line
  FROM resources WHERE name ~ $1
  UNION ALL
  SELECT format('grant %s %s %s %s', r.name, g.principal, g.role, g.state)
  FROM grants g JOIN resources r ON r.id = g.resource_id
  WHERE r.name ~ $1 AND g.state <> 'revoked'
  UNION ALL
  SELECT format('reservation %s', name) FROM reservations
  WHERE name ~ $1 AND released_at IS NULL`;

const HISTORY = `
  SELECT format('request %s %s %s x%s', name, action, state, count(*)) AS line
  FROM requests WHERE name ~ $1 GROUP BY name, action, state
  UNION ALL
  SELECT format('event %s %s %s x%s', q.name, q.action, a.event, count(*))
  FROM audit a JOIN requests q ON q.id = a.request_id
  WHERE q.name ~ $1 AND (a.event LIKE 'request.%' OR a.event LIKE 'grant.%')
  GROUP BY q.name, q.action, a.event
  UNION ALL
  SELECT format('steps %s %s %s', q.name, q.action, o.state)
  FROM operations o JOIN requests q ON q.id = o.request_id
  WHERE q.name ~ $1 GROUP BY q.name, q.action, o.state`;

/** The ledger about all objects whose name begins so. */
export async function readLedger(
  description: EnginesDescription,
  prefix: string,
): Promise<Ledger> {
  const read = async (sql: string) =>
    (
      await sqlAsAdmin<{ line: string }>(description.engines.portal!, sql, {
        database: DATABASE,
        values: [`^${prefix}`],
      })
    ).map(({ line }) => line);
  return { state: await read(STATE), history: await read(HISTORY) };
}

/** Leases that are held now, by table. */
export async function heldLeases(
  description: EnginesDescription,
): Promise<Record<string, number>> {
  const [row] = await sqlAsAdmin<Record<string, string>>(
    description.engines.portal!,
    `SELECT ${['requests', 'resources', 'principals']
      .map(
        table =>
          `(SELECT count(*) FROM ${table} WHERE lease_until > now()) AS ${table}`,
      )
      .join(', ')}`,
    { database: DATABASE },
  );
  return Object.fromEntries(
    Object.entries(row).map(([table, count]) => [table, Number(count)]),
  );
}

/** How long after a moment the last of some requests was taken up, in milliseconds. */
export async function longestPause(
  description: EnginesDescription,
  requestIds: readonly string[],
  since: Date,
): Promise<number> {
  const [{ pause }] = await sqlAsAdmin<{ pause: number | null }>(
    description.engines.portal!,
    `SELECT max(first) AS pause FROM (
       SELECT extract(epoch FROM min(at) - $2)::float8 * 1000 AS first
       FROM audit WHERE request_id = ANY ($1::uuid[]) AND at > $2
       GROUP BY request_id) AS takings`,
    { database: DATABASE, values: [requestIds, since] },
  );
  return Math.round(pause ?? 0);
}

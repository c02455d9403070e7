import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { MetricKey } from './definitions';

/** One value with its labels. */
export interface Reading {
  metric: MetricKey;
  value: number;
  labels: Record<string, string>;
}

/** A dead database must not let scrapes pile up. */
const TIMEOUT_MS = 3_000;

/**
 * Everything that the gauges of the ledger show, in one statement. Every part walks an index that
 * holds only what is counted, so that history costs nothing.
 */
export const STATEMENT = `
WITH open AS MATERIALIZED (
  SELECT r.state, r.engine, r.instance, r.type, r.action, r.waiting_reason,
    r.state = 'approved' AND r.next_attempt_at <= now()
      AND (r.lease_until IS NULL OR r.lease_until < now()) AS due,
    CASE r.state
      WHEN 'pending' THEN r.created_at
      WHEN 'failed' THEN r.updated_at
      ELSE (SELECT max(d.decided_at) FROM decisions d
            WHERE d.request_id = r.id AND d.effect = 'approve')
    END AS since
  FROM requests r
  WHERE r.state IN ('pending', 'approved', 'executing')
    OR (r.state = 'failed' AND EXISTS (
      SELECT 1 FROM resources s
      WHERE s.id = r.resource_id AND s.active_request_id = r.id))
), by_state AS (
  SELECT jsonb_build_object('state', state, 'engine', engine, 'engine_instance', instance,
      'type', type, 'action', action) AS labels,
    count(*) AS n, extract(epoch FROM now() - min(since)) AS age
  FROM open GROUP BY state, engine, instance, type, action
), logs AS (
  SELECT 'outbox' AS log, count(*) AS n, min(created_at) AS since
  FROM outbox WHERE position IS NULL
  UNION ALL
  SELECT 'audit', count(*), min(at) FROM audit WHERE position IS NULL
)
SELECT 'requests' AS metric, n::float8 AS value, labels FROM by_state
UNION ALL
SELECT 'requestOldestAge', greatest(age, 0)::float8, labels FROM by_state
UNION ALL
SELECT 'requestsWaiting', count(*)::float8,
  jsonb_build_object('engine_instance', instance, 'reason', waiting_reason)
FROM open WHERE waiting_reason IS NOT NULL GROUP BY instance, waiting_reason
UNION ALL
SELECT 'queueDepth', count(*) FILTER (WHERE due)::float8,
  jsonb_build_object('engine_instance', instance, 'queue', 'requests')
FROM open WHERE state = 'approved' GROUP BY instance
UNION ALL
SELECT 'queueDepth', count(*)::float8,
  jsonb_build_object('engine_instance', instance, 'queue', 'resources')
FROM resources
WHERE due_at IS NOT NULL AND due_at <= now() AND active_request_id IS NOT NULL
  AND (lease_until IS NULL OR lease_until < now())
GROUP BY instance
UNION ALL
SELECT 'resources', count(*)::float8,
  jsonb_build_object('engine_instance', instance, 'type', type, 'phase', phase)
FROM resources WHERE phase <> 'deleted' GROUP BY instance, type, phase
UNION ALL
SELECT 'drifted', count(*)::float8,
  jsonb_build_object('engine_instance', instance, 'type', type, 'reason', c.value ->> 'reason')
FROM resources, jsonb_array_elements(conditions) AS c(value)
WHERE conditions @> '[{"type": "Drifted", "status": "true"}]'
  AND c.value ->> 'type' = 'Drifted'
GROUP BY instance, type, c.value ->> 'reason'
UNION ALL
SELECT 'driftPassAge', extract(epoch FROM now() - ended_at)::float8,
  jsonb_build_object('engine_instance', instance)
FROM drift_passes WHERE ended_at IS NOT NULL
UNION ALL
SELECT f.value ->> 'metric', (f.value ->> 'value')::float8,
  (f.value -> 'labels') || jsonb_build_object('engine_instance', instance, 'type', type)
FROM use_passes, jsonb_array_elements(figures) AS f(value)
UNION ALL
SELECT 'usePassAge', extract(epoch FROM now() - ended_at)::float8,
  jsonb_build_object('engine_instance', instance, 'type', type)
FROM use_passes WHERE ended_at IS NOT NULL
UNION ALL
SELECT 'quarantineOverdue', count(*)::float8, jsonb_build_object('engine_instance', instance)
FROM resources WHERE phase = 'quarantined' AND purge_at <= now() GROUP BY instance
UNION ALL
SELECT 'credentialsOverdue', count(*)::float8, jsonb_build_object('engine_instance', p.instance)
FROM credentials c JOIN principals p ON p.id = c.principal_id
WHERE c.state = 'ending' AND c.ends_at <= now() GROUP BY p.instance
UNION ALL
SELECT 'unnumbered', n::float8, jsonb_build_object('log', log) FROM logs
UNION ALL
SELECT 'unnumberedAge', coalesce(extract(epoch FROM now() - since), 0)::float8,
  jsonb_build_object('log', log)
FROM logs
UNION ALL
SELECT 'consumerLag', greatest(
    (SELECT coalesce(max(position), 0) FROM outbox) - position, 0)::float8,
  jsonb_build_object('consumer', consumer)
FROM feed_cursors`;

/**
 * Reads the ledger for its gauges; labels are the ones of the definitions. Throws after a few
 * seconds, waiting for a connection included: the metrics of this process are scraped all the same.
 */
export async function readLedger(knex: Knex): Promise<Reading[]> {
  const over = new AbortController();
  try {
    const { rows } = await Promise.race([
      knex
        .raw<{ rows: Reading[] }>(STATEMENT)
        .timeout(TIMEOUT_MS, { cancel: true }),
      sleep(TIMEOUT_MS, undefined, { signal: over.signal }).then(() => {
        throw new Error(
          `The database did not answer within ${TIMEOUT_MS / 1_000} s`,
        );
      }),
    ]);
    return rows;
  } finally {
    over.abort();
  }
}

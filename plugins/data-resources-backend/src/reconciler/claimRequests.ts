import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { RequestRow } from '../database/rows';
import { runPrepared } from '../database/runPrepared';

/** As many as an engine takes in one call; what is approved together is planned together. */
export const REQUESTS_AT_ONCE = 200;

const CLAIM = {
  name: 'claim_requests',
  sql: `
    UPDATE requests SET lease_ticket = :ticket,
      lease_until = now() + :leaseMs * interval '1 millisecond'
    WHERE id IN (
      SELECT r.id FROM requests r
      WHERE r.state = 'approved' AND r.instance = :instance AND r.next_attempt_at <= now()
        AND (r.lease_until IS NULL OR r.lease_until < now())
        AND NOT EXISTS (
          SELECT 1 FROM requests e
          WHERE e.resource_id = r.resource_id AND e.state = 'executing')
      ORDER BY r.created_at, r.id LIMIT ${REQUESTS_AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING *`,
};

/** Takes approved requests of an instance that are due, so that one replica plans them. */
export async function claimRequests(
  knex: Knex,
  claim: { instance: string; leaseMs: number },
): Promise<RequestRow[]> {
  const { rows } = await runPrepared<RequestRow>(knex, CLAIM, {
    ticket: uuid(),
    ...claim,
  });
  return rows;
}

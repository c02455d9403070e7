import type { Knex } from 'knex';
import type { RequestRow, ResourceRow } from '../database/rows';
import { runPrepared } from '../database/runPrepared';
import type { SettlingGrant } from './completionStatement';
import type { Operation } from './runItems';

/** A resource with what the request is that is being executed on it. */
export type ClaimedResource = ResourceRow & Pick<RequestRow, 'action'>;

/** What is to be done of requests that are being executed. */
export interface Work {
  operations: readonly Operation[];
  /** That they give and take. */
  grants: readonly SettlingGrant[];
}

/** What a lease is held on. */
export interface Claim {
  rows: readonly ClaimedResource[];
  /** What is to be done, where it is known. */
  work?: Work;
  ticket: string;
  /** Ids of those whose end is written, which gives the lease back. */
  ended: Set<string>;
}

/** As many as an engine takes in one call. */
export const BATCH = 200;

const CLAIM = {
  name: 'claim_resources',
  sql: `
    UPDATE resources SET lease_ticket = :ticket, fence = fence + 1,
      lease_until = now() + :leaseMs * interval '1 millisecond'
    WHERE id IN (
      SELECT id FROM resources
      WHERE instance = :instance AND due_at <= now() AND active_request_id IS NOT NULL
        AND (lease_until IS NULL OR lease_until < now())
      ORDER BY due_at LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING resources.*,
      (SELECT q.action FROM requests q WHERE q.id = active_request_id) AS action`,
};

/** Of every request, in the order in which they are to be taken. */
const STEPS = {
  name: 'read_steps',
  sql: `
    SELECT o.*, r.traceparent FROM operations o JOIN requests r ON r.id = o.request_id
    WHERE o.request_id = ANY(CAST(:requests AS uuid[])) ORDER BY o.request_id, o.ordinal`,
};

/** What the same requests give and take. */
const GRANTS = {
  name: 'read_settling_grants',
  sql: `
    SELECT id, state, principal, role, resource_id, request_id, ending_request_id FROM grants
    WHERE resource_id = ANY(CAST(:resources AS uuid[]))
      AND (state = 'granting' AND request_id = ANY(CAST(:requests AS uuid[]))
        OR state = 'revoking' AND ending_request_id = ANY(CAST(:requests AS uuid[])))
    ORDER BY created_at, id`,
};

/** Takes a lease with the ticket on what is due of an instance; at most {@link BATCH} resources. */
export async function claimResources(
  knex: Knex,
  claim: { ticket: string; leaseMs: number; instance: string },
): Promise<ClaimedResource[]> {
  const { rows } = await runPrepared<ClaimedResource>(knex, CLAIM, claim);
  return rows;
}

/**
 * What a lease is on, locked in the order in which everybody locks several resources: that of their
 * requests.
 */
const HELD = `
  WITH held AS MATERIALIZED (
    SELECT id FROM resources WHERE lease_ticket = :ticket
    ORDER BY active_request_id FOR NO KEY UPDATE
  )`;

/** Makes a lease last from now. */
export async function renewLease(
  knex: Knex,
  lease: { ticket: string; leaseMs: number },
): Promise<void> {
  await knex.raw(
    `${HELD} UPDATE resources r SET lease_until = now() + :leaseMs * interval '1 millisecond'
     FROM held WHERE r.id = held.id`,
    lease,
  );
}

/** Gives a lease back: what it is on still is free for the next at once. */
export async function releaseLease(knex: Knex, ticket: string): Promise<void> {
  await knex.raw(
    `${HELD} UPDATE resources r SET lease_ticket = NULL, lease_until = NULL
     FROM held WHERE r.id = held.id`,
    { ticket },
  );
}

/** What is to be done on resources under a lease. */
export async function readWork(
  knex: Knex,
  rows: readonly ClaimedResource[],
): Promise<Work> {
  const resources = rows.map(({ id }) => id);
  const requests = rows.map(({ active_request_id }) => active_request_id!);
  const [operations, grants] = await Promise.all([
    runPrepared<Operation>(knex, STEPS, { requests }),
    runPrepared<SettlingGrant>(knex, GRANTS, { resources, requests }),
  ]);
  return { operations: operations.rows, grants: grants.rows };
}

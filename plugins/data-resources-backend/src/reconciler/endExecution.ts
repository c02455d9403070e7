import type { JsonObject } from '@backstage/types';
import type { RequestState } from '@data-resources/plugin-data-resources-common';
import type { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { appendAudit, appendOutbox } from '../database/appendEvents';
import type {
  RequestRow,
  ResourceRow,
  StoredCondition,
} from '../database/rows';
import { canEnter } from '../resources/phases';
import { backoffMs } from './backoff';
import { withConditions } from './conditions';

interface Ending {
  row: ResourceRow;
  ticket: string;
}

/** In whose name work that has ended stands in the audit trail. */
export const ACTOR = 'system:reconciler';

const nowMs = (knex: Knex) => knex.raw("date_trunc('milliseconds', now())");

/** The engine cannot do it, or must not: said plainly, and left for a person. */
export async function failExecution(
  knex: Knex,
  { row, ticket, error }: Ending & { error: ProviderError },
): Promise<void> {
  await knex.transaction(async trx => {
    const ended = await updateLeased(trx, row, ticket, {
      phase: phaseAfterFailure(row),
      due_at: null,
      conditions: JSON.stringify(
        withConditions(row.conditions, [
          condition('Synced', 'false', error.reason, error.message),
          ...(row.phase === 'ready'
            ? []
            : [condition('Ready', 'false', error.reason, error.message)]),
        ]),
      ),
    });
    if (!ended) {
      return;
    }
    await endRequest(trx, row.active_request_id!, 'failed');
    await tell(trx, row, 'request.failed', {
      reason: error.reason,
      message: error.message,
    });
  });
}

/** It may work later without anybody changing anything: the request says so and waits. */
export async function waitExecution(
  knex: Knex,
  { row, ticket, error }: Ending & { error: ProviderError },
): Promise<void> {
  const wait = backoffMs(row.attempts + 1);
  const next = knex.raw("now() + ? * interval '1 millisecond'", [wait]);
  await knex.transaction(async trx => {
    const unreachable = error.reason === 'Unreachable';
    const ended = await updateLeased(trx, row, ticket, {
      attempts: row.attempts + 1,
      due_at: next,
      conditions: JSON.stringify(
        withConditions(row.conditions, [
          condition('Synced', 'unknown', error.reason, error.message),
          ...(unreachable
            ? [condition('Reachable', 'false', error.reason, error.message)]
            : []),
        ]),
      ),
    });
    if (!ended) {
      return;
    }
    await trx('requests')
      .where({ id: row.active_request_id, state: 'executing' })
      .update({
        waiting_reason: error.reason,
        waiting_message: error.message,
        next_attempt_at: next,
        updated_at: nowMs(trx),
      });
    await appendOutbox(trx, [
      { kind: 'request', id: row.active_request_id! },
      { kind: 'resource', id: row.id },
    ]);
  });
}

async function updateLeased(
  trx: Knex,
  row: ResourceRow,
  ticket: string,
  patch: Record<string, unknown> & { phase?: ResourceRow['phase'] },
): Promise<boolean> {
  if (patch.phase && !canEnter(row.phase, patch.phase)) {
    throw new Error(
      `${row.name} is ${row.phase} and cannot become ${patch.phase}`,
    );
  }
  const count = await trx('resources')
    .where({ id: row.id, lease_ticket: ticket, generation: row.generation })
    .update({
      ...patch,
      lease_ticket: null,
      lease_until: null,
      updated_at: nowMs(trx),
    });
  return count === 1;
}

async function endRequest(
  trx: Knex,
  id: string,
  state: Extract<RequestState, 'failed'>,
): Promise<void> {
  const count = await trx<RequestRow>('requests')
    .where({ id, state: 'executing' })
    .update({
      state,
      revision: trx.raw('revision + 1') as unknown as number,
      waiting_reason: null,
      waiting_message: null,
      next_attempt_at: null,
      updated_at: nowMs(trx) as unknown as Date,
    });
  if (count !== 1) {
    throw new Error(`Request ${id} is not executing any more`);
  }
}

async function tell(
  trx: Knex,
  row: ResourceRow,
  event: string,
  details?: JsonObject,
): Promise<void> {
  await appendAudit(trx, [
    {
      event,
      actor: ACTOR,
      requestId: row.active_request_id,
      resourceId: row.id,
      details,
    },
  ]);
  await appendOutbox(trx, [
    { kind: 'request', id: row.active_request_id! },
    { kind: 'resource', id: row.id },
  ]);
}

/** A condition as it is now; since when, the ledger says. */
export function condition(
  type: string,
  status: StoredCondition['status'],
  reason: string,
  message: string,
): Omit<StoredCondition, 'since'> {
  return { type, status, reason, message };
}

/** What was ready goes on serving: a failed grant does not break it. */
function phaseAfterFailure(row: ResourceRow): ResourceRow['phase'] {
  return row.phase === 'provisioning' || row.phase === 'deleting'
    ? 'failed'
    : row.phase;
}

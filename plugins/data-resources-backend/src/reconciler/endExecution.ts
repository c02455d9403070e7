import type { JsonObject } from '@backstage/types';
import type { RequestState } from '@data-resources/plugin-data-resources-common';
import type {
  Observation,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { appendAudit, appendOutbox } from '../database/appendEvents';
import type {
  GrantRow,
  RequestRow,
  ResourceRow,
  StoredCondition,
} from '../database/rows';
import {
  releaseAllClaims,
  releaseEarlierClaims,
} from '../requests/claims/claimRows';
import type { QuarantinePeriods } from '../requests/QuarantinePeriods';
import { canEnter } from '../resources/phases';
import { backoffMs } from './backoff';
import { withConditions } from './conditions';

interface Ending {
  row: ResourceRow;
  ticket: string;
}

const ACTOR = 'system:reconciler';

const nowMs = (knex: Knex) => knex.raw("date_trunc('milliseconds', now())");

/** All steps are done: the generation is ready, the request completed, the ledger true. */
export async function completeExecution(
  knex: Knex,
  {
    row,
    ticket,
    observed,
    quarantine,
  }: Ending & { observed?: Observation; quarantine: QuarantinePeriods },
): Promise<void> {
  const requestId = row.active_request_id!;
  await knex.transaction(async trx => {
    const request = await trx<RequestRow>('requests')
      .where({ id: requestId })
      .first('action');
    const phase = phaseAfter(row, request!.action);
    const deleted = phase === 'deleted';
    const conditions = conditionsOf(phase);
    const ended = await updateLeased(trx, row, ticket, {
      phase,
      drift: null,
      purge_at:
        phase === 'quarantined'
          ? trx.raw("now() + ? * interval '1 millisecond'", [
              quarantine.of(row.environment),
            ])
          : null,
      observed_generation: row.generation,
      active_request_id: null,
      due_at: null,
      attempts: 0,
      conditions: JSON.stringify(withConditions(row.conditions, conditions)),
      ...(observed?.spec ? { observed: JSON.stringify(observed.spec) } : {}),
    });
    if (!ended) {
      return;
    }
    await endRequest(trx, requestId, 'completed');
    await settleGrants(trx, row);
    await endUnusedCredentials(trx, row);
    if (request!.action === 'update') {
      await releaseEarlierClaims(trx, [requestId]);
    }
    if (deleted) {
      await releaseAllClaims(trx, [row.id]);
      await trx('reservations')
        .where({ resource_id: row.id })
        .whereNull('released_at')
        .update({ released_at: trx.fn.now() });
    }
    await tell(trx, row, 'request.completed');
  });
}

/** A `delete` of what was in use ends in quarantine; only what is `deleting` is gone after it. */
function phaseAfter(
  row: ResourceRow,
  action: RequestRow['action'],
): 'ready' | 'quarantined' | 'deleted' {
  if (row.phase === 'deleting') {
    return 'deleted';
  }
  return action === 'delete' ? 'quarantined' : 'ready';
}

function conditionsOf(
  phase: 'ready' | 'quarantined' | 'deleted',
): Omit<StoredCondition, 'since'>[] {
  switch (phase) {
    case 'deleted':
      return [
        condition('Ready', 'false', 'Deleted', 'The object was removed.'),
      ];
    case 'quarantined':
      return [
        condition(
          'Ready',
          'false',
          'Quarantined',
          'Nobody can use it; a restore brings access back.',
        ),
        condition('Synced', 'true', 'Applied', 'Access was taken.'),
        condition('Reachable', 'true', 'Answered', 'The instance answered.'),
      ];
    default:
      return [
        condition('Ready', 'true', 'Provisioned', 'All steps are done.'),
        condition(
          'Synced',
          'true',
          'Applied',
          'The engine has the declared state.',
        ),
        condition('Reachable', 'true', 'Answered', 'The instance answered.'),
        condition(
          'Drifted',
          'false',
          'Applied',
          'The engine has the declared state.',
        ),
      ];
  }
}

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
  state: Extract<RequestState, 'completed' | 'failed'>,
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

/** What was being given and taken is given and taken now. */
async function settleGrants(trx: Knex, row: ResourceRow): Promise<void> {
  const requestId = row.active_request_id!;
  const given = await trx<GrantRow>('grants')
    .where({ request_id: requestId, state: 'granting' })
    .update({ state: 'active', since: nowMs(trx) as unknown as Date })
    .returning('*');
  const taken = await trx<GrantRow>('grants')
    .where({ ending_request_id: requestId, state: 'revoking' })
    .update({ state: 'revoked', ended_at: nowMs(trx) as unknown as Date })
    .returning('*');
  const entry = (event: string) => (grant: GrantRow) => ({
    event,
    actor: ACTOR,
    requestId,
    resourceId: row.id,
    details: {
      grantId: grant.id,
      principal: grant.principal,
      role: grant.role,
    },
  });
  await appendAudit(trx, [
    ...given.map(entry('grant.given')),
    ...taken.map(entry('grant.taken')),
  ]);
}

/** Logins without any grant were removed on the engine; their credentials have ended with them. */
async function endUnusedCredentials(
  trx: Knex,
  row: ResourceRow,
): Promise<void> {
  const { rows } = await trx.raw<{
    rows: { id: string; version: number; base: string }[];
  }>(
    `UPDATE credentials c SET state = 'ended', ended_at = now()
     FROM principals p
     WHERE c.principal_id = p.id AND p.instance = ? AND c.state IN ('active', 'ending')
       AND NOT EXISTS (
         SELECT 1 FROM grants g
         WHERE g.instance = p.instance AND g.login_base = p.base AND g.state <> 'revoked')
     RETURNING c.id, c.version, p.base`,
    [row.instance],
  );
  await appendAudit(
    trx,
    rows.map(({ id, version, base }) => ({
      event: 'credential.ended',
      actor: ACTOR,
      requestId: row.active_request_id,
      resourceId: row.id,
      details: {
        credentialId: id,
        version,
        instance: row.instance,
        login: base,
        reason: 'its login has no grant any more',
      },
    })),
  );
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

function condition(
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

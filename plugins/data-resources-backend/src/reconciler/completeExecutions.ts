import type { Observation } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import {
  auditRows,
  outboxRows,
  type AuditEntry,
} from '../database/appendEvents';
import { insertIntoAll } from '../database/insertRows';
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
import { withConditions } from './conditions';
import { ACTOR, condition } from './endExecution';

/** A resource of which all steps are done, with what stands on the engine now. */
export interface Completed {
  row: ResourceRow;
  /** Of the request that was executed. */
  action: RequestRow['action'];
  observed?: Observation;
}

interface Options {
  /** Proves the lease; what is held by another ticket by now is left alone. */
  ticket: string;
  quarantine: QuarantinePeriods;
}

/**
 * All steps are done: the generations are ready, the requests completed, the ledger true. All of
 * them in one transaction, or none; all are of one instance.
 */
export async function completeExecutions(
  knex: Knex,
  completed: readonly Completed[],
  options: Options,
): Promise<void> {
  await knex.transaction(async trx => {
    const { ended, grants } = await endLeased(trx, completed, options);
    if (ended.length === 0) {
      return;
    }
    // A login that nothing was taken from has what it had.
    const credentials = grants.some(({ state }) => state === 'revoked')
      ? await endUnusedCredentials(trx, ended[0])
      : [];
    await releaseEarlierClaims(
      trx,
      requestIds(ended.filter(({ action }) => action === 'update')),
    );
    await releaseNames(trx, ended);
    await insertIntoAll(trx, [
      auditRows([
        ...grants.map(grantEntry),
        ...credentials,
        ...ended.map(({ row }) => ({
          event: 'request.completed',
          actor: ACTOR,
          requestId: row.active_request_id,
          resourceId: row.id,
        })),
      ]),
      outboxRows(
        ended.flatMap(({ row }) => [
          { kind: 'request' as const, id: row.active_request_id! },
          { kind: 'resource' as const, id: row.id },
        ]),
      ),
    ]);
  });
}

type Phase = 'ready' | 'quarantined' | 'deleted';
type Ended = Completed & { phase: Phase };

type Settled = Pick<
  GrantRow,
  | 'id'
  | 'state'
  | 'principal'
  | 'role'
  | 'resource_id'
  | 'request_id'
  | 'ending_request_id'
>;

/**
 * Ends the work on resources whose lease is still held, and of those alone completes the requests;
 * what was being given and taken is given and taken now.
 */
const END = `
  WITH ended AS (
    UPDATE resources r SET
      phase = v.phase, drift = NULL,
      purge_at = now() + v.quarantine_ms * interval '1 millisecond',
      observed_generation = v.generation, active_request_id = NULL, due_at = NULL, attempts = 0,
      conditions = v.conditions, observed = coalesce(v.observed, r.observed),
      lease_ticket = NULL, lease_until = NULL, updated_at = date_trunc('milliseconds', now())
    FROM jsonb_to_recordset(CAST(:ending AS jsonb)) AS v(id uuid, request_id uuid, generation int,
      phase text, quarantine_ms float8, conditions jsonb, observed jsonb)
    WHERE r.id = v.id AND r.generation = v.generation AND r.lease_ticket = :ticket
    RETURNING r.id, v.request_id
  ), completed AS (
    UPDATE requests q SET
      state = 'completed', revision = q.revision + 1, waiting_reason = NULL,
      waiting_message = NULL, next_attempt_at = NULL,
      updated_at = date_trunc('milliseconds', now())
    FROM ended WHERE q.id = ended.request_id AND q.state = 'executing'
    RETURNING q.resource_id
  ), settled AS (
    UPDATE grants g SET
      state = CASE g.state WHEN 'granting' THEN 'active' ELSE 'revoked' END,
      since = CASE g.state
        WHEN 'granting' THEN date_trunc('milliseconds', now()) ELSE g.since END,
      ended_at = CASE g.state
        WHEN 'revoking' THEN date_trunc('milliseconds', now()) ELSE g.ended_at END
    FROM ended WHERE g.resource_id = ended.id AND g.state <> 'revoked'
      AND (g.state = 'granting' AND g.request_id = ended.request_id
        OR g.state = 'revoking' AND g.ending_request_id = ended.request_id)
    RETURNING g.*
  )
  SELECT 'ended' AS what, id, NULL::jsonb AS settled FROM ended
  UNION ALL SELECT 'completed', resource_id, NULL FROM completed
  UNION ALL SELECT 'settled', resource_id, to_jsonb(settled) FROM settled`;

/** The resources whose lease was still ours, and their grants: first what was given. */
async function endLeased(
  trx: Knex,
  completed: readonly Completed[],
  { ticket, quarantine }: Options,
): Promise<{ ended: Ended[]; grants: Settled[] }> {
  const ending = completed.map(each => ({
    ...each,
    phase: phaseAfter(each.row, each.action),
  }));
  const { rows } = await trx.raw<{
    rows: { what: string; id: string; settled: Settled | null }[];
  }>(END, {
    ticket,
    ending: JSON.stringify(
      ending.map(({ row, observed, phase }) => ({
        id: row.id,
        request_id: row.active_request_id,
        generation: row.generation,
        phase,
        ...(phase === 'quarantined'
          ? { quarantine_ms: quarantine.of(row.environment) }
          : {}),
        conditions: withConditions(row.conditions, conditionsOf(phase)),
        ...(observed?.spec ? { observed: observed.spec } : {}),
      })),
    ),
  });
  const idsOf = (what: string) =>
    new Set(rows.filter(row => row.what === what).map(({ id }) => id));
  const [ours, done] = [idsOf('ended'), idsOf('completed')];
  if (done.size !== ours.size) {
    throw new Error(
      `Of the requests ${requestIds(completed).join(
        ', ',
      )} not all are executing any more`,
    );
  }
  const grants = rows.flatMap(({ settled }) => settled ?? []);
  const isGiven = ({ state }: Settled) => state === 'active';
  return {
    ended: ending.filter(({ row }) => ours.has(row.id)),
    grants: [
      ...grants.filter(isGiven),
      ...grants.filter(grant => !isGiven(grant)),
    ],
  };
}

function grantEntry(grant: Settled): AuditEntry {
  const isGiven = grant.state === 'active';
  return {
    event: isGiven ? 'grant.given' : 'grant.taken',
    actor: ACTOR,
    requestId: isGiven ? grant.request_id : grant.ending_request_id,
    resourceId: grant.resource_id,
    details: {
      grantId: grant.id,
      principal: grant.principal,
      role: grant.role,
    },
  };
}

async function releaseNames(trx: Knex, ended: readonly Ended[]): Promise<void> {
  const deleted = ended.filter(({ phase }) => phase === 'deleted');
  if (deleted.length > 0) {
    await releaseAllClaims(
      trx,
      deleted.map(({ row }) => row.id),
    );
    await trx('reservations')
      .whereIn(
        'resource_id',
        deleted.map(({ row }) => row.id),
      )
      .whereNull('released_at')
      .update({ released_at: trx.fn.now() });
  }
}

function requestIds(items: readonly Completed[]): string[] {
  return items.map(({ row }) => row.active_request_id!);
}

/** Logins without any grant were removed on the engine; their credentials have ended with them. */
async function endUnusedCredentials(
  trx: Knex,
  { row }: Ended,
): Promise<AuditEntry[]> {
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
  return rows.map(({ id, version, base }) => ({
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
  }));
}

/** A `delete` of what was in use ends in quarantine; only what is `deleting` is gone after it. */
function phaseAfter(row: ResourceRow, action: RequestRow['action']): Phase {
  const live = action === 'delete' ? 'quarantined' : 'ready';
  const phase = row.phase === 'deleting' ? 'deleted' : live;
  if (!canEnter(row.phase, phase)) {
    throw new Error(`${row.name} is ${row.phase} and cannot become ${phase}`);
  }
  return phase;
}

function conditionsOf(phase: Phase): Omit<StoredCondition, 'since'>[] {
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

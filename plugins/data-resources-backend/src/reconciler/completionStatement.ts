import type { Observation } from '@data-resources/plugin-data-resources-node';
import {
  auditRows,
  outboxRows,
  type AuditEntry,
} from '../database/appendEvents';
import type {
  GrantRow,
  RequestRow,
  ResourceRow,
  StoredCondition,
} from '../database/rows';
import type { QuarantinePeriods } from '../requests/QuarantinePeriods';
import { withConditions } from './conditions';
import { ACTOR, condition } from './endExecution';

/** A resource of which all steps are done, with what stands on the engine now. */
export interface Completed {
  row: ResourceRow;
  /** Of the request that was executed. */
  action: RequestRow['action'];
  /** That are being given and taken by it. */
  grants: readonly SettlingGrant[];
  observed?: Observation;
}

/** A grant that an execution gives or takes. */
export type SettlingGrant = Pick<
  GrantRow,
  | 'id'
  | 'state'
  | 'principal'
  | 'role'
  | 'resource_id'
  | 'request_id'
  | 'ending_request_id'
>;

/** In what it ends. */
export type Phase = 'ready' | 'quarantined' | 'deleted';
export type Ended = Completed & { phase: Phase };
/** A resource whose lease is still ours. */
export interface EndRow {
  id: string;
  ended: boolean;
}

export interface CompletionOptions {
  /** Proves the lease; what is held by another ticket by now is left alone. */
  ticket: string;
  quarantine: QuarantinePeriods;
}

/**
 * Ends the work on resources whose lease is still held, and of those alone completes the requests;
 * what was being given and taken is given and taken now.
 */
export const END = {
  name: 'complete_executions',
  sql: `
  WITH asked AS MATERIALIZED (
    SELECT v.*
    FROM jsonb_to_recordset(CAST(:ending AS jsonb)) AS v(id uuid, request_id uuid, generation int,
      phase text, quarantine_ms float8, conditions jsonb, observed jsonb)
  ), ending AS MATERIALIZED (
    SELECT v.* FROM asked v
      JOIN resources r ON r.id = v.id JOIN requests q ON q.id = v.request_id
    WHERE r.generation = v.generation AND r.lease_ticket = :ticket AND q.state = 'executing'
    ORDER BY q.id FOR NO KEY UPDATE OF q, r
  ), ended AS (
    UPDATE resources r SET
      phase = v.phase, drift = NULL,
      purge_at = now() + v.quarantine_ms * interval '1 millisecond',
      observed_generation = v.generation, active_request_id = NULL, due_at = NULL, attempts = 0,
      conditions = v.conditions, observed = coalesce(v.observed, r.observed),
      lease_ticket = NULL, lease_until = NULL, updated_at = date_trunc('milliseconds', now())
    FROM ending v WHERE r.id = v.id
  ), completed AS (
    UPDATE requests q SET
      state = 'completed', revision = q.revision + 1, waiting_reason = NULL,
      waiting_message = NULL, next_attempt_at = NULL,
      updated_at = date_trunc('milliseconds', now())
    FROM ending v WHERE q.id = v.request_id
  ), settled AS (
    UPDATE grants g SET
      state = CASE g.state WHEN 'granting' THEN 'active' ELSE 'revoked' END,
      since = CASE g.state
        WHEN 'granting' THEN date_trunc('milliseconds', now()) ELSE g.since END,
      ended_at = CASE g.state
        WHEN 'revoking' THEN date_trunc('milliseconds', now()) ELSE g.ended_at END
    FROM jsonb_to_recordset(CAST(:grants AS jsonb)) AS s(id uuid, request_id uuid)
      JOIN ending v ON v.request_id = s.request_id
    WHERE g.id = s.id AND (g.state = 'granting' AND g.request_id = v.request_id
      OR g.state = 'revoking' AND g.ending_request_id = v.request_id)
    RETURNING g.id
  ), told AS (
    INSERT INTO audit (id, event, actor, request_id, resource_id, details)
    SELECT id, event, actor, request_id, resource_id, details
    FROM jsonb_populate_recordset(CAST(NULL AS audit), CAST(:audit AS jsonb))
    WHERE request_id IN (SELECT request_id FROM ending)
      AND (event NOT LIKE 'grant.%'
        OR CAST(details->>'grantId' AS uuid) IN (SELECT id FROM settled))
  ), fed AS (
    INSERT INTO outbox (id, kind, subject_id)
    SELECT id, kind, subject_id FROM jsonb_populate_recordset(CAST(NULL AS outbox), CAST(:outbox AS jsonb))
    WHERE subject_id IN (SELECT request_id FROM ending UNION ALL SELECT id FROM ending)
  )
  SELECT v.id, v.id IN (SELECT id FROM ending) AS ended
  FROM asked v JOIN resources r ON r.id = v.id
  WHERE r.generation = v.generation AND r.lease_ticket = :ticket`,
};

/** What {@link END} is told. */
export function endBindings(
  ending: readonly Ended[],
  { ticket, quarantine }: CompletionOptions,
): { [name: string]: string } {
  const grants = ending.flatMap(each => each.grants);
  return {
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
    grants: JSON.stringify(
      ending.flatMap(each =>
        each.grants.map(({ id }) => ({
          id,
          request_id: each.row.active_request_id,
        })),
      ),
    ),
    // What was given stands before what was taken.
    audit: JSON.stringify(
      auditRows([
        ...grants.filter(grant => !isTaken(grant)).map(grantEntry),
        ...grants.filter(isTaken).map(grantEntry),
        ...ending.map(({ row }) => ({
          event: 'request.completed',
          actor: ACTOR,
          requestId: row.active_request_id,
          resourceId: row.id,
        })),
      ]).rows,
    ),
    outbox: JSON.stringify(
      outboxRows(
        ending.flatMap(({ row }) => [
          { kind: 'request' as const, id: row.active_request_id! },
          { kind: 'resource' as const, id: row.id },
        ]),
      ).rows,
    ),
  };
}

/** Whether it is taken, and not given. */
export function isTaken({ state }: SettlingGrant): boolean {
  return state === 'revoking';
}

function grantEntry(grant: SettlingGrant): AuditEntry {
  const taken = isTaken(grant);
  return {
    event: taken ? 'grant.taken' : 'grant.given',
    actor: ACTOR,
    requestId: taken ? grant.ending_request_id : grant.request_id,
    resourceId: grant.resource_id,
    details: {
      grantId: grant.id,
      principal: grant.principal,
      role: grant.role,
    },
  };
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

import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { auditRows, outboxRows } from '../database/appendEvents';
import type { DecisionRow, PlanRow, RequestRow } from '../database/rows';
import { runPrepared } from '../database/runPrepared';
import { traced } from '../tracing';
import { attributesOf, auditEntry, decisionRow } from './insertDecisions';
import { newResources } from './insertResources';
import { makesResource } from './makesResource';

/** A person's approval of a request as it was seen. */
export interface Approval {
  row: RequestRow;
  plan: PlanRow;
  by: string;
  /** That it counts for. */
  group: string;
  comment?: string;
  /** Whether nothing more is needed. */
  isComplete: boolean;
}

/** A request as it is since, with the decision that was made. */
export interface Approved {
  row: RequestRow;
  decision: DecisionRow;
}

/**
 * Of requests that are as they were seen (every decision gives them another revision), all in one
 * statement: the decision, and, where it is the last one that is needed, `pending → approved` with what is
 * new in the ledger.
 */
const APPROVE = {
  name: 'approve_requests',
  sql: `
  WITH seen AS MATERIALIZED (
    SELECT v.*
    FROM jsonb_to_recordset(CAST(:seen AS jsonb)) AS v(id uuid, revision int, approves boolean,
        resource_id uuid)
      JOIN requests q ON q.id = v.id
    WHERE q.state = 'pending' AND q.revision = v.revision
    -- One order for everybody, so that two decisions never wait for each other.
    ORDER BY q.id FOR NO KEY UPDATE OF q
  ), changed AS (
    UPDATE requests q SET
      revision = q.revision + 1, updated_at = date_trunc('milliseconds', now()),
      state = CASE WHEN v.approves THEN 'approved' ELSE q.state END,
      attempts = CASE WHEN v.approves THEN 0 ELSE q.attempts END,
      next_attempt_at = CASE WHEN v.approves THEN now() ELSE q.next_attempt_at END,
      resource_id = coalesce(v.resource_id, q.resource_id),
      waiting_reason = NULL, waiting_message = NULL, lease_ticket = NULL, lease_until = NULL
    FROM seen v WHERE q.id = v.id
    RETURNING q.*
  ), decided AS (
    INSERT INTO decisions (id, request_id, effect, decided_by, group_ref, plan_revision, plan_hash,
      comment)
    SELECT id, request_id, effect, decided_by, group_ref, plan_revision, plan_hash, comment
    FROM jsonb_populate_recordset(CAST(NULL AS decisions), CAST(:decisions AS jsonb))
    WHERE request_id IN (SELECT id FROM seen)
    RETURNING *
  ), made AS (
    INSERT INTO resources (id, type, engine, instance, environment, name, owner, system,
      description, tags, spec, usage, promoted_from, phase, entity_ref)
    SELECT id, type, engine, instance, environment, name, owner, system,
      description, tags, spec, usage, promoted_from, phase, entity_ref
    FROM jsonb_populate_recordset(CAST(NULL AS resources), CAST(:made AS jsonb))
    WHERE id IN (SELECT resource_id FROM seen)
  ), reserved AS (
    UPDATE reservations r SET resource_id = v.resource_id
    FROM seen v WHERE r.request_id = v.id AND v.resource_id IS NOT NULL
  ), claimed AS (
    UPDATE name_claims c SET resource_id = v.resource_id
    FROM seen v WHERE c.request_id = v.id AND v.resource_id IS NOT NULL
  ), told AS (
    INSERT INTO audit (id, event, actor, request_id, resource_id, details)
    SELECT id, event, actor, request_id, resource_id, details
    FROM jsonb_populate_recordset(CAST(NULL AS audit), CAST(:audit AS jsonb))
    WHERE request_id IN (SELECT id FROM seen)
  ), fed AS (
    INSERT INTO outbox (id, kind, subject_id)
    SELECT id, kind, subject_id FROM jsonb_populate_recordset(CAST(NULL AS outbox), CAST(:outbox AS jsonb))
    WHERE subject_id IN (SELECT id FROM seen UNION ALL SELECT resource_id FROM seen)
  )
  SELECT q.*, to_jsonb(d) AS decision FROM changed q JOIN decided d ON d.request_id = q.id`,
};

/** Writes approvals; answers by request those of which nobody has changed the request since. */
export async function approveRequests(
  knex: Knex,
  approvals: readonly Approval[],
  types: ReadonlyMap<string, ResourceType>,
): Promise<Map<string, Approved>> {
  if (approvals.length === 0) {
    return new Map();
  }
  const made = approvals.map(({ row, by, group, comment }) => ({
    row,
    decision: { effect: 'approve' as const, by, group, comment },
  }));
  const complete = approvals.filter(({ isComplete }) => isComplete);
  const resources = newResources(
    complete
      .filter(({ row }) => makesResource(row.action) && !row.resource_id)
      .map(({ row, plan }) => ({ row, found: plan.plan.spec })),
    types,
  );
  const idOf = ({ id }: RequestRow) => resources.get(id)?.id;
  const { rows } = await traced(
    'decision',
    attributesOf(made),
    async () =>
      runPrepared<RequestRow & { decision: DecisionRow }>(knex, APPROVE, {
        seen: JSON.stringify(
          approvals.map(({ row, isComplete }) => ({
            id: row.id,
            revision: row.revision,
            approves: isComplete,
            resource_id: idOf(row),
          })),
        ),
        decisions: JSON.stringify(made.map(decisionRow)),
        made: JSON.stringify([...resources.values()]),
        audit: JSON.stringify(
          auditRows([
            ...made.map(auditEntry),
            ...complete.map(({ row, by }) => ({
              event: 'request.approved',
              actor: by,
              requestId: row.id,
              resourceId: idOf(row) ?? row.resource_id,
            })),
          ]).rows,
        ),
        outbox: JSON.stringify(
          outboxRows([
            ...[...resources.values()].map(({ id }) => ({
              kind: 'resource' as const,
              id,
            })),
            ...approvals.map(({ row }) => ({
              kind: 'request' as const,
              id: row.id,
            })),
          ]).rows,
        ),
      }),
    made.map(({ row }) => row.traceparent),
  );
  return new Map(
    rows.map(({ decision, ...row }) => [
      row.id,
      { row, decision: withTimes(decision) },
    ]),
  );
}

/** A decision as it came in JSON. */
export function withTimes(decision: DecisionRow): DecisionRow {
  return { ...decision, decided_at: new Date(decision.decided_at) };
}

import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { auditRows, outboxRows } from '../database/appendEvents';
import type { RequestRow } from '../database/rows';
import { runPrepared } from '../database/runPrepared';
import type { PlannedRequest } from '../requests/PlannedRequest';
import { keepsAccess } from '../requests/updateRules';
import { usageOf } from '../usage';
import type { ClaimedResource } from './claimResources';
import type { SettlingGrant } from './completionStatement';
import type { Operation } from './runItems';

/** An approved request with the plan that it is about to run by. */
export interface Starting {
  row: RequestRow;
  planned: PlannedRequest;
}

/** What has been started: the resource as it is now, and what is to be done. */
export interface Started {
  row: ClaimedResource;
  operations: Operation[];
  grants: SettlingGrant[];
}

/**
 * Of requests that are as they were planned, and on resources that are: writes the desired state, a new
 * generation and the steps that lead there, and `approved → executing`, all in one statement. A grant that
 * is approved anew for another owner keeps its place and pins the new one. The ledger says what is being
 * given and taken before the engine is touched. What is answered is put together once: the server takes
 * the rows of a statement within one for few, and would do it again for each request.
 */
const START = {
  name: 'start_executions',
  sql: `
  WITH started AS MATERIALIZED (
    SELECT v.*
    FROM jsonb_to_recordset(CAST(:starting AS jsonb)) AS v(id uuid, revision int,
        resource_id uuid, generation int, phase text, spec jsonb, usage jsonb,
        access_baseline jsonb, deletes boolean)
      JOIN requests q ON q.id = v.id JOIN resources r ON r.id = v.resource_id
    WHERE q.state = 'approved' AND q.revision = v.revision
      AND r.generation = v.generation AND r.phase = v.phase
    ORDER BY q.id FOR UPDATE OF q, r
  ), executing AS (
    UPDATE requests q SET
      state = 'executing', revision = q.revision + 1, attempts = 0, waiting_reason = NULL,
      waiting_message = NULL, next_attempt_at = NULL, lease_ticket = NULL, lease_until = NULL,
      updated_at = date_trunc('milliseconds', now())
    FROM started v WHERE q.id = v.id
    RETURNING q.id, q.action, q.traceparent
  ), desired AS (
    UPDATE resources r SET
      spec = coalesce(v.spec, r.spec), usage = coalesce(v.usage, r.usage),
      access_baseline = coalesce(v.access_baseline, r.access_baseline),
      phase = CASE WHEN v.deletes THEN 'deleting' ELSE r.phase END,
      purge_at = CASE WHEN v.deletes THEN NULL ELSE r.purge_at END,
      generation = r.generation + 1, active_request_id = v.id, due_at = now(),
      attempts = 0, updated_at = date_trunc('milliseconds', now()),
      lease_ticket = CASE WHEN r.lease_until >= now() THEN r.lease_ticket
        ELSE CAST(:ticket AS uuid) END,
      lease_until = CASE WHEN r.lease_until >= now() OR CAST(:ticket AS uuid) IS NULL
        THEN r.lease_until ELSE now() + :leaseMs * interval '1 millisecond' END,
      fence = CASE WHEN r.lease_until >= now() OR CAST(:ticket AS uuid) IS NULL
        THEN r.fence ELSE r.fence + 1 END
    FROM started v WHERE r.id = v.resource_id
    RETURNING r.*
  ), given AS (
    INSERT INTO grants (id, resource_id, instance, principal, principal_uid, principal_owner,
      login_base, role, state, request_id)
    SELECT id, resource_id, instance, principal, principal_uid, principal_owner, login_base, role,
      'granting', request_id
    FROM jsonb_populate_recordset(CAST(NULL AS grants), CAST(:given AS jsonb))
    WHERE request_id IN (SELECT id FROM started)
    ON CONFLICT (resource_id, principal, role) WHERE state <> 'revoked'
    DO UPDATE SET principal_uid = excluded.principal_uid,
      principal_owner = excluded.principal_owner, state = excluded.state,
      request_id = excluded.request_id
    RETURNING *
  ), taken AS (
    UPDATE grants g SET state = 'revoking', ending_request_id = v.request_id
    FROM jsonb_to_recordset(CAST(:taken AS jsonb)) AS v(id uuid, request_id uuid)
    WHERE g.id = v.id AND v.request_id IN (SELECT id FROM started)
    RETURNING g.*
  ), steps AS (
    INSERT INTO operations (id, request_id, resource_id, ordinal, step_id, kind, args, login)
    SELECT id, request_id, resource_id, ordinal, step_id, kind, args, login
    FROM jsonb_populate_recordset(CAST(NULL AS operations), CAST(:steps AS jsonb))
    WHERE request_id IN (SELECT id FROM started)
    RETURNING *
  ), told AS (
    INSERT INTO audit (id, event, actor, request_id, resource_id, details)
    SELECT id, event, actor, request_id, resource_id, details
    FROM jsonb_populate_recordset(CAST(NULL AS audit), CAST(:audit AS jsonb))
    WHERE request_id IN (SELECT id FROM started)
  ), fed AS (
    INSERT INTO outbox (id, kind, subject_id)
    SELECT id, kind, subject_id FROM jsonb_populate_recordset(CAST(NULL AS outbox), CAST(:outbox AS jsonb))
    WHERE subject_id IN (SELECT id FROM started UNION ALL SELECT resource_id FROM started)
  ), steps_of AS MATERIALIZED (
    SELECT request_id, jsonb_agg(to_jsonb(s) ORDER BY s.ordinal) AS steps
    FROM steps s GROUP BY request_id
  ), grants_of AS MATERIALIZED (
    SELECT resource_id, jsonb_agg(to_jsonb(s)) AS grants
    FROM (SELECT * FROM given UNION ALL SELECT * FROM taken) s GROUP BY resource_id
  )
  SELECT r.*, q.action, q.traceparent, coalesce(o.steps, '[]'::jsonb) AS steps,
    coalesce(g.grants, '[]'::jsonb) AS grants
  FROM desired r JOIN executing q ON q.id = r.active_request_id
    LEFT JOIN steps_of o ON o.request_id = q.id
    LEFT JOIN grants_of g ON g.resource_id = r.id`,
};

/**
 * Starts those requests, each on a resource of its own, that can be started; the others are left as they
 * are. From here on the stored steps are finished from their intents and never planned again.
 *
 * @param lease - taken on their resources in the same statement, where nobody else holds it
 */
export async function startExecutions(
  knex: Knex,
  starting: readonly Starting[],
  lease: { ticket: string | null; leaseMs: number },
): Promise<Started[]> {
  const { rows } = await runPrepared<
    ClaimedResource &
      Pick<Started, 'grants'> & {
        traceparent: string | null;
        steps: Operation[];
      }
  >(knex, START, {
    ...lease,
    starting: JSON.stringify(starting.map(desiredRow)),
    given: JSON.stringify(starting.flatMap(grantRows)),
    taken: JSON.stringify(starting.flatMap(takenRows)),
    steps: JSON.stringify(starting.flatMap(operationRows)),
    audit: JSON.stringify(
      auditRows(
        starting.map(({ row, planned }) => ({
          event: 'request.executing',
          actor: 'system:reconciler',
          requestId: row.id,
          resourceId: row.resource_id,
          details: {
            planHash: row.plan_hash,
            steps: planned.steps.map(({ id }) => id),
          },
        })),
      ).rows,
    ),
    outbox: JSON.stringify(
      outboxRows(
        starting.flatMap(({ row }) => [
          { kind: 'resource' as const, id: row.resource_id! },
          { kind: 'request' as const, id: row.id },
        ]),
      ).rows,
    ),
  });
  return rows.map(({ traceparent, steps, grants, ...row }) => ({
    row,
    grants,
    operations: steps.map(step => ({ ...step, traceparent })),
  }));
}

function desiredRow({ row, planned: { subject, foreignAccess } }: Starting) {
  return {
    id: row.id,
    revision: row.revision,
    resource_id: row.resource_id,
    generation: subject.resource?.generation ?? 0,
    phase: subject.resource?.phase ?? 'provisioning',
    ...(subject.desired
      ? {
          spec: subject.desired,
          usage: usageOf(subject.type, subject.desired),
        }
      : {}),
    ...(subject.planAction === 'adopt' || keepsAccess(subject)
      ? { access_baseline: foreignAccess ?? [] }
      : {}),
    deletes: subject.planAction === 'delete',
  };
}

function operationRows({ row, planned }: Starting) {
  return planned.steps.map((step, ordinal) => ({
    id: uuid(),
    request_id: row.id,
    resource_id: row.resource_id,
    ordinal,
    step_id: step.id,
    kind: step.kind,
    args: step.args,
    login: step.login ?? null,
  }));
}

function grantRows({ row, planned: { subject } }: Starting) {
  return subject.grants.add.map(grant => ({
    id: uuid(),
    resource_id: row.resource_id,
    instance: row.instance,
    principal: grant.principal,
    principal_uid: grant.uid,
    principal_owner: grant.owner,
    login_base: grant.login.base,
    role: grant.role,
    request_id: row.id,
  }));
}

function takenRows({ row, planned: { subject } }: Starting) {
  return subject.grants.remove.map(({ id }) => ({ id, request_id: row.id }));
}

import { ServiceUnavailableError } from '@backstage/errors';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { auditRows, outboxRows } from '../database/appendEvents';
import type { Insert } from '../database/insertRows';
import type { RequestRow } from '../database/rows';
import type { PlannedRequest } from '../requests/PlannedRequest';
import type { RequestStore } from '../requests/RequestStore';
import { keepsAccess } from '../requests/updateRules';
import { usageOf } from '../usage';

/** An approved request with the plan that it is about to run by. */
export interface Starting {
  row: RequestRow;
  planned: PlannedRequest;
}

/**
 * Writes the desired state, a new generation and the steps that lead there, in one transaction
 * with `approved → executing`: all of the requests, each on a resource of its own, or none. From
 * here on the stored steps are finished from their intents and never planned again.
 */
export async function startExecutions(
  trx: Knex,
  store: RequestStore,
  starting: readonly Starting[],
): Promise<void> {
  await store.transitionAll(
    trx,
    starting.map(({ row }) => row),
    'executing',
    { attempts: 0 },
    () => [
      grantRows(starting),
      operationRows(starting),
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
      ),
      outboxRows(
        starting.map(({ row }) => ({ kind: 'resource', id: row.resource_id! })),
      ),
    ],
  );
  await writeDesired(trx, starting);
  await endGrants(trx, starting);
}

async function writeDesired(
  trx: Knex,
  starting: readonly Starting[],
): Promise<void> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `UPDATE resources r SET
       spec = coalesce(v.spec, r.spec), usage = coalesce(v.usage, r.usage),
       access_baseline = coalesce(v.access_baseline, r.access_baseline),
       phase = CASE WHEN v.deletes THEN 'deleting' ELSE r.phase END,
       purge_at = CASE WHEN v.deletes THEN NULL ELSE r.purge_at END,
       generation = r.generation + 1, active_request_id = v.request_id, due_at = now(),
       attempts = 0, updated_at = date_trunc('milliseconds', now())
     FROM jsonb_to_recordset(?::jsonb) AS v(id uuid, request_id uuid, generation int,
       phase text, spec jsonb, usage jsonb, access_baseline jsonb, deletes boolean)
     WHERE r.id = v.id AND r.generation = v.generation AND r.phase = v.phase`,
    [
      JSON.stringify(
        starting.map(({ row, planned: { subject, foreignAccess } }) => ({
          id: row.resource_id,
          request_id: row.id,
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
        })),
      ),
    ],
  );
  if (rowCount !== starting.length) {
    // Not the request's fault: it is planned again in a moment.
    throw new ServiceUnavailableError(
      `${starting
        .map(({ row }) => row.name)
        .join(' or ')} has changed since the request was planned`,
    );
  }
}

function operationRows(starting: readonly Starting[]): Insert {
  return {
    table: 'operations',
    rows: starting.flatMap(({ row, planned }) =>
      planned.steps.map((step, ordinal) => ({
        id: uuid(),
        request_id: row.id,
        resource_id: row.resource_id,
        ordinal,
        step_id: step.id,
        kind: step.kind,
        args: step.args,
        login: step.login ?? null,
      })),
    ),
  };
}

/** The ledger says what is being given before the engine is touched. */
function grantRows(starting: readonly Starting[]): Insert {
  return {
    table: 'grants',
    rows: starting.flatMap(({ row, planned: { subject } }) =>
      subject.grants.add.map(grant => ({
        id: uuid(),
        resource_id: row.resource_id,
        instance: row.instance,
        principal: grant.principal,
        principal_uid: grant.uid,
        principal_owner: grant.owner,
        login_base: grant.login.base,
        role: grant.role,
        state: 'granting',
        request_id: row.id,
      })),
    ),
    // A grant that is approved anew for another owner keeps its place and pins the new one.
    onConflict: `ON CONFLICT (resource_id, principal, role) WHERE state <> 'revoked'
      DO UPDATE SET principal_uid = excluded.principal_uid,
        principal_owner = excluded.principal_owner, state = excluded.state,
        request_id = excluded.request_id`,
  };
}

/** And what is being taken. */
async function endGrants(
  trx: Knex,
  starting: readonly Starting[],
): Promise<void> {
  const taken = starting.flatMap(({ row, planned: { subject } }) =>
    subject.grants.remove.map(({ id }) => ({ id, request_id: row.id })),
  );
  if (taken.length > 0) {
    await trx.raw(
      `UPDATE grants g SET state = 'revoking', ending_request_id = v.request_id
       FROM jsonb_to_recordset(?::jsonb) AS v(id uuid, request_id uuid) WHERE g.id = v.id`,
      [JSON.stringify(taken)],
    );
  }
}

import { ServiceUnavailableError } from '@backstage/errors';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { appendAudit, appendOutbox } from '../database/appendEvents';
import type { RequestRow } from '../database/rows';
import type { PlannedRequest } from '../requests/PlannedRequest';
import type { RequestStore } from '../requests/RequestStore';
import { keepsAccess } from '../requests/updateRules';
import { usageOf } from '../usage';

/**
 * Writes the desired state, a new generation and the steps that lead there, in one transaction
 * with `approved → executing`. From here on the stored steps are finished from their intents
 * and never planned again.
 */
export async function startExecution(
  trx: Knex,
  store: RequestStore,
  row: RequestRow,
  planned: PlannedRequest,
): Promise<void> {
  const { subject, steps } = planned;
  const resourceId = row.resource_id!;
  await store.transition(trx, row, 'executing', { attempts: 0 });
  const updated = await trx('resources')
    .where({ id: resourceId, generation: subject.resource?.generation ?? 0 })
    .where({ phase: subject.resource?.phase ?? 'provisioning' })
    .update({
      ...(subject.desired
        ? {
            spec: JSON.stringify(subject.desired),
            usage: JSON.stringify(usageOf(subject.type, subject.desired)),
          }
        : {}),
      ...(subject.planAction === 'adopt' || keepsAccess(subject)
        ? { access_baseline: JSON.stringify(planned.foreignAccess ?? []) }
        : {}),
      ...(subject.planAction === 'delete'
        ? { phase: 'deleting', purge_at: null }
        : {}),
      generation: trx.raw('generation + 1'),
      active_request_id: row.id,
      due_at: trx.fn.now(),
      attempts: 0,
      updated_at: trx.raw("date_trunc('milliseconds', now())"),
    });
  if (updated !== 1) {
    // Not the request's fault: it is planned again in a moment.
    throw new ServiceUnavailableError(
      `${row.name} has changed since the request was planned`,
    );
  }
  await writeGrants(trx, row, planned);
  if (steps.length > 0) {
    await trx('operations').insert(
      steps.map((step, ordinal) => ({
        id: uuid(),
        request_id: row.id,
        resource_id: resourceId,
        ordinal,
        step_id: step.id,
        kind: step.kind,
        args: JSON.stringify(step.args),
        login: step.login ? JSON.stringify(step.login) : null,
      })),
    );
  }
  await appendAudit(trx, [
    {
      event: 'request.executing',
      actor: 'system:reconciler',
      requestId: row.id,
      resourceId,
      details: { planHash: row.plan_hash, steps: steps.map(({ id }) => id) },
    },
  ]);
  await appendOutbox(trx, [{ kind: 'resource', id: resourceId }]);
}

/** The ledger says what is being given and taken before the engine is touched. */
async function writeGrants(
  trx: Knex,
  row: RequestRow,
  { subject }: PlannedRequest,
): Promise<void> {
  if (subject.grants.add.length > 0) {
    await trx('grants')
      .insert(
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
      )
      // A grant that is approved anew for another owner keeps its place and pins the new one.
      .onConflict(
        trx.raw(
          "(resource_id, principal, role) WHERE state <> 'revoked'",
        ) as never,
      )
      .merge(['principal_uid', 'principal_owner', 'state', 'request_id']);
  }
  const removed = subject.grants.remove.map(({ id }) => id);
  if (removed.length > 0) {
    await trx('grants')
      .whereIn('id', removed)
      .update({ state: 'revoking', ending_request_id: row.id });
  }
}

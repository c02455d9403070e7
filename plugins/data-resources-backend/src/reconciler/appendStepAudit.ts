import type { Knex } from 'knex';
import { appendAudit } from '../database/appendEvents';
import type { OperationRow } from '../database/rows';

/** A step as it stands after a change. */
export type StepChange = Pick<
  OperationRow,
  | 'id'
  | 'request_id'
  | 'resource_id'
  | 'step_id'
  | 'kind'
  | 'state'
  | 'attempt'
  | 'error'
>;

/** Records that steps began or ended, in the order of the rows. */
export async function appendStepAudit(
  trx: Knex,
  steps: readonly StepChange[],
): Promise<void> {
  await appendAudit(
    trx,
    steps.map(step => ({
      event: `step.${step.state === 'running' ? 'begun' : step.state}`,
      actor: 'system:reconciler',
      requestId: step.request_id,
      resourceId: step.resource_id,
      details: {
        operationId: step.id,
        stepId: step.step_id,
        kind: step.kind,
        attempt: step.attempt,
        ...(step.error ? { error: step.error } : {}),
      },
    })),
  );
}

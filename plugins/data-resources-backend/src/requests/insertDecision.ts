import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { appendAudit } from '../database/appendEvents';
import type { RequestRow } from '../database/rows';
import { traced } from '../tracing';

/** What a person or a policy decides about the plan that a request has now. */
export interface NewDecision {
  effect: 'approve' | 'reject';
  /** `user:…` or `policy:…` */
  by: string;
  group?: string;
  comment?: string;
}

/** Writes a decision, bound to the plan's hash, and its line in the audit trail. */
export async function insertDecision(
  trx: Knex,
  row: RequestRow,
  decision: NewDecision,
): Promise<void> {
  await traced(
    'decision',
    {
      effect: decision.effect,
      requestId: row.id,
      resourceId: row.resource_id,
      instance: row.instance,
    },
    async () =>
      trx('decisions').insert({
        id: uuid(),
        request_id: row.id,
        effect: decision.effect,
        decided_by: decision.by,
        group_ref: decision.group ?? null,
        plan_revision: row.plan_revision,
        plan_hash: row.plan_hash,
        comment: decision.comment ?? null,
      }),
    [row.traceparent],
  );
  await appendAudit(trx, [
    {
      event: `decision.${decision.effect}`,
      actor: decision.by,
      requestId: row.id,
      resourceId: row.resource_id,
      details: {
        planHash: row.plan_hash,
        revision: row.plan_revision,
        group: decision.group ?? null,
        comment: decision.comment ?? null,
      },
    },
  ]);
}

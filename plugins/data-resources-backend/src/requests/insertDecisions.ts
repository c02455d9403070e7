import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { auditRows, type AuditEntry } from '../database/appendEvents';
import { insertRows } from '../database/insertRows';
import type { DecisionRow, RequestRow } from '../database/rows';
import { traced } from '../tracing';

/** What a person or a policy decides about the plan that a request has now. */
export interface NewDecision {
  effect: 'approve' | 'reject';
  /** `user:…` or `policy:…` */
  by: string;
  group?: string;
  comment?: string;
}

/** A request as it was when it was decided on. */
interface Made {
  row: RequestRow;
  decision: NewDecision;
}

/** Writes decisions, each bound to its plan's hash, and their lines in the audit trail. */
export async function insertDecisions(
  trx: Knex,
  made: readonly Made[],
): Promise<DecisionRow[]> {
  if (made.length === 0) {
    return [];
  }
  return traced(
    'decision',
    attributesOf(made),
    async () =>
      insertRows<DecisionRow>(trx, 'decisions', made.map(decisionRow), {
        returning: '*',
        along: [auditRows(made.map(auditEntry))],
      }),
    made.map(({ row }) => row.traceparent),
  );
}

/** What {@link insertDecisions} writes. */
export function decisionRow({ row, decision }: Made) {
  return {
    id: uuid(),
    request_id: row.id,
    effect: decision.effect,
    decided_by: decision.by,
    group_ref: decision.group ?? null,
    plan_revision: row.plan_revision,
    plan_hash: row.plan_hash,
    comment: decision.comment ?? null,
  };
}

/** And what it says in the audit trail. */
export function auditEntry({ row, decision }: Made): AuditEntry {
  return {
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
  };
}

/** Of the span in which they are written. */
export function attributesOf(made: readonly Made[]) {
  const [{ row, decision }] = made;
  return {
    effect: decision.effect,
    instance: row.instance,
    ...(made.length === 1
      ? { requestId: row.id, resourceId: row.resource_id }
      : { count: made.length }),
  };
}

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

/** Writes decisions, each bound to its plan's hash, and their lines in the audit trail. */
export async function insertDecisions(
  trx: Knex,
  made: readonly { row: RequestRow; decision: NewDecision }[],
): Promise<DecisionRow[]> {
  if (made.length === 0) {
    return [];
  }
  return traced(
    'decision',
    attributesOf(made),
    async () =>
      insertRows<DecisionRow>(
        trx,
        'decisions',
        made.map(({ row, decision }) => ({
          id: uuid(),
          request_id: row.id,
          effect: decision.effect,
          decided_by: decision.by,
          group_ref: decision.group ?? null,
          plan_revision: row.plan_revision,
          plan_hash: row.plan_hash,
          comment: decision.comment ?? null,
        })),
        { returning: '*', along: [auditRows(made.map(auditEntry))] },
      ),
    made.map(({ row }) => row.traceparent),
  );
}

function auditEntry({
  row,
  decision,
}: {
  row: RequestRow;
  decision: NewDecision;
}): AuditEntry {
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

function attributesOf(
  made: readonly { row: RequestRow; decision: NewDecision }[],
) {
  const [{ row, decision }] = made;
  return {
    effect: decision.effect,
    instance: row.instance,
    ...(made.length === 1
      ? { requestId: row.id, resourceId: row.resource_id }
      : { count: made.length }),
  };
}

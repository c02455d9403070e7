import type {
  DataRequest,
  RequestInput as WireInput,
} from '@data-resources/plugin-data-resources-common';
import type { Caller } from '../callers/Caller';
import type {
  DecisionRow,
  OperationRow,
  PlanRow,
  RequestRow,
} from '../database/rows';
import { mayDecide } from './approvalProgress';
import { denials } from './denials';
import { mayRetry, mayWithdraw } from './mayWithdraw';
import type { PermittedActions } from './permittedActions';
import { presentPlan } from './presentPlan';

/** What belongs to a request, in the order in which it came. */
export interface RequestDetails {
  plans: PlanRow[];
  decisions: DecisionRow[];
  operations: OperationRow[];
}

/** Who looks at it. */
export interface Viewer {
  caller: Caller;
  permitted: PermittedActions;
  platformGroup: string;
}

/** A request as the API shows it to somebody. */
export function presentRequest(
  row: RequestRow,
  details: RequestDetails,
  viewer: Viewer,
): DataRequest {
  const { permitted } = viewer;
  const { plans, decisions, operations } = details;
  const current = plans.find(({ revision }) => revision === row.plan_revision)!;
  const { promotedFrom, ...input } = row.input;
  const seesOrigin =
    typeof promotedFrom === 'string' && permitted.resources.has(promotedFrom);
  return {
    id: row.id,
    action: row.action,
    state: row.state,
    // Where it comes from is for those who may see that.
    input: (seesOrigin ? row.input : input) as unknown as WireInput,
    type: row.type,
    instance: row.instance,
    environment: row.environment,
    name: row.name,
    owner: row.owner,
    batchId: row.batch_id ?? undefined,
    resourceId:
      row.resource_id && permitted.resources.has(row.resource_id)
        ? row.resource_id
        : undefined,
    requestedBy: row.requested_by,
    reason: row.reason ?? undefined,
    plan: presentPlan(current, decisions, seesOrigin),
    previousPlans: plans
      .filter(plan => plan !== current)
      .map(plan => presentPlan(plan, decisions, seesOrigin)),
    decisions: decisions.map(decision => ({
      id: decision.id,
      effect: decision.effect,
      by: decision.decided_by,
      group: decision.group_ref ?? undefined,
      revision: decision.plan_revision,
      planHash: decision.plan_hash,
      comment: decision.comment ?? undefined,
      at: decision.decided_at.toISOString(),
    })),
    execution: operations.map(operation => ({
      stepId: operation.step_id,
      state: operation.state,
      attempt: operation.attempt,
      startedAt: operation.started_at?.toISOString(),
      endedAt: operation.ended_at?.toISOString(),
      error: operation.error ?? undefined,
      note: operation.note ?? undefined,
    })),
    waiting:
      row.waiting_reason && row.next_attempt_at
        ? {
            reason: row.waiting_reason,
            message: row.waiting_message ?? '',
            nextAttemptAt: row.next_attempt_at.toISOString(),
          }
        : undefined,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    can: allowedNext(row, current, decisions, viewer),
  };
}

/** What this caller may do with it next. */
function allowedNext(
  row: RequestRow,
  plan: PlanRow,
  decisions: DecisionRow[],
  { caller, permitted, platformGroup }: Viewer,
): string[] {
  const can: string[] = [];
  const ruled = {
    ...row,
    approvers: plan.plan.approval.required.map(({ group }) => group),
  };
  if (
    mayDecide(row, plan.plan.approval, decisions, caller) &&
    caller.inPerson &&
    permitted.decide.includes(ruled)
  ) {
    // A plan that a rule denies now was sent back; it can only be turned down.
    if (denials(plan.plan).length === 0) {
      can.push('approve');
    }
    can.push('reject');
  }
  if (permitted.withdraw.includes(ruled)) {
    if (row.state === 'pending' && mayWithdraw(row, caller)) {
      can.push('withdraw');
    }
    if (row.state === 'failed' && mayRetry(row, caller, platformGroup)) {
      can.push('retry');
    }
  }
  return can;
}

import type { Plan } from '@data-resources/plugin-data-resources-common';
import type { DecisionRow, PlanRow } from '../database/rows';
import { approvalProgress } from './approvalProgress';

/** A stored plan as the API shows it, with the approvals that were given to exactly that plan. */
export function presentPlan(stored: PlanRow, decisions: DecisionRow[]): Plan {
  const { plan, steps, revision, hash } = stored;
  return {
    revision,
    hash,
    risk: plan.risk,
    changes: plan.changes,
    steps: steps.map(({ id, title, call }) => ({ id, title, call })),
    findings: plan.findings,
    spec: plan.spec,
    approval: {
      ...plan.approval,
      required: approvalProgress(
        { plan_revision: revision, plan_hash: hash },
        plan.approval,
        decisions,
      ),
    },
    use: plan.use,
    observedAt: plan.observedAt,
  };
}

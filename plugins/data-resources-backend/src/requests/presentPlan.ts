import type { Plan } from '@data-resources/plugin-data-resources-common';
import type { DecisionRow, PlanRow } from '../database/rows';
import { approvalProgress } from './approvalProgress';
import { withoutOrigin } from './originRules';

/**
 * A stored plan as the API shows it, with the approvals that were given to exactly that plan.
 *
 * @param seesOrigin - whether the reader may see the resource that this one is promoted from
 */
export function presentPlan(
  stored: PlanRow,
  decisions: DecisionRow[],
  seesOrigin: boolean,
): Plan {
  const { plan, steps, revision, hash } = stored;
  return {
    revision,
    hash,
    risk: plan.risk,
    changes: plan.changes,
    steps: steps.map(({ id, title, call }) => ({ id, title, call })),
    findings: seesOrigin ? plan.findings : withoutOrigin(plan.findings),
    spec: plan.spec,
    origin: seesOrigin ? plan.origin : undefined,
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

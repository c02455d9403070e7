import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Plan } from '@data-resources/plugin-data-resources-common';
import { describeFinding } from './describeFinding';

/** Says in a task's log what a plan would do, and who would have to approve it. */
export function logPlan(plan: Plan, logger: LoggerService): void {
  logger.info(
    `Plan ${plan.hash}: ${plan.changes.length} changes in ${plan.steps.length} steps, risk ${plan.risk}`,
  );
  for (const step of plan.steps) {
    logger.info(`${step.title}: ${step.call}`);
  }
  for (const finding of plan.findings) {
    const line = describeFinding(finding);
    if (finding.effect === 'info') {
      logger.info(line);
    } else {
      logger.warn(line);
    }
  }
  logger.info(describeApproval(plan));
}

function describeApproval({ approval }: Plan): string {
  if (approval.mode === 'auto') {
    return approval.policy
      ? `Approved automatically by the policy ${approval.policy}`
      : 'Approved automatically';
  }
  const required = approval.required.map(
    ({ group, count }) => `${count} of ${group}`,
  );
  return `To be approved by ${required.join(' and ')}`;
}

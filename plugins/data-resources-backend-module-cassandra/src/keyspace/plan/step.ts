import type { PlannedStep } from '@data-resources/plugin-data-resources-node';
import type { StepArgs, StepKind } from '../steps/StepArgs';

/**
 * A step of a plan.
 *
 * @param suffix - tells it from others of its kind
 */
export function step<K extends StepKind>(
  kind: K,
  title: string,
  statements: string[],
  args: StepArgs[K],
  suffix?: string,
): PlannedStep {
  return {
    id: suffix === undefined ? kind : `${kind}:${suffix}`,
    title,
    call: statements.map(statement => `${statement};`).join('\n'),
    kind,
    args,
  };
}

import type { Finding } from '@data-resources/plugin-data-resources-common';
import type { InstanceProbe } from '@data-resources/plugin-data-resources-node';

/** Begins the names of those rules that are about the instance alone. */
const INSTANCE = 'instance/';

/** An instance with an error is not fit for new work; the condition says how to mend it. */
export function conditionFindings(probe: InstanceProbe): Finding[] {
  return probe.conditions
    .filter(({ status }) => status === 'error')
    .map(({ type, message }) => ({
      policy: `${INSTANCE}${type}`,
      effect: 'deny',
      message,
      path: 'instance',
    }));
}

/**
 * Whether a denial says nothing of what was asked for, only that the instance is not fit for it now:
 * what was approved can run once that is mended.
 */
export function isForNow({ policy }: Finding): boolean {
  return policy.startsWith(INSTANCE);
}

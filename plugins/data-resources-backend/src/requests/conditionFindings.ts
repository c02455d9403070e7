import type {
  Finding,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';

/** An instance with an error is not fit for new work; the condition says how to mend it. */
export function conditionFindings(probe: InstanceProbe): Finding[] {
  return probe.conditions
    .filter(({ status }) => status === 'error')
    .map(({ type, message }) => ({
      policy: `instance/${type}`,
      effect: 'deny',
      message,
      path: 'instance',
      retryable: true,
    }));
}

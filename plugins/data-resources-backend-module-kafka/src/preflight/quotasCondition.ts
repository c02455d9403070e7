import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { Cluster } from '../client/cluster';

/** The bits of the protocol's operations. */
const NEEDED = [
  { bit: 10, name: 'DESCRIBE_CONFIGS' },
  { bit: 11, name: 'ALTER_CONFIGS' },
];

/** Whether the portal's login may give the quotas that the configuration has. */
export function quotasCondition({
  authorizedOperations,
}: Cluster): InstanceCondition {
  const missing = NEEDED.filter(
    ({ bit }) => Math.floor(authorizedOperations / 2 ** bit) % 2 === 0,
  ).map(({ name }) => name);
  return {
    type: 'Quotas',
    status: missing.length === 0 ? 'ok' : 'error',
    message:
      missing.length === 0
        ? "The portal's login may read and change client quotas."
        : `limits.quotas is configured, and the portal's login may not ${missing.join(
            ' and ',
          )} on the cluster, which client quotas take. Give it: kafka-acls.sh --add --cluster --allow-principal User:<login> ${missing
            .map(name => `--operation ${name}`)
            .join(' ')}`,
  };
}

import { ReplicaSpread } from './ReplicaSpread';
import type { SpreadOptions } from './ReplicaSpread';

/**
 * The brokers of each partition after a change. Replicas stay where they are as far as that goes,
 * and with them the first of each, which is the preferred leader. What is added goes to racks that the partition is not in, then to brokers with the fewest
 * replicas of the topic; what is removed goes from the opposite.
 *
 * Other topics do not count: the plan would be another one whenever somebody creates a topic, and
 * what was approved could not run.
 *
 * @param placement - the brokers of each partition now, the preferred leader first
 * @returns fewer replicas than asked for where there are too few brokers
 */
export function assignReplicas(
  placement: readonly (readonly number[])[],
  options: SpreadOptions,
): number[][] {
  const spread = new ReplicaSpread(placement, options);
  return placement.map((replicas, partition) =>
    spread.assign(replicas, partition),
  );
}

import type { Finding } from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { racksOf } from './ReplicaSpread';
import type { BrokerPlace } from './ReplicaSpread';

const POLICY = 'kafka/placement';
const PATH = 'spec.brokers';
const MOST_SHOWN = 10;

/** Whether the brokers that the spec names can have what it asks for. */
export function allowedFindings(
  { brokers: allowed, replicationFactor }: KafkaTopicSpec,
  brokers: readonly BrokerPlace[],
): Finding[] {
  if (!allowed) {
    return [];
  }
  const findings: Finding[] = [];
  if (allowed.length < replicationFactor) {
    findings.push({
      policy: POLICY,
      effect: 'deny',
      path: PATH,
      message: `A replication factor of ${replicationFactor} needs as many brokers, and brokers names ${allowed.length}. Name more, or leave it out.`,
    });
  }
  const absent = allowed.filter(id => !brokers.some(each => each.id === id));
  if (absent.length > 0) {
    findings.push({
      policy: POLICY,
      effect: 'deny',
      // They may be back in a moment.
      retryable: true,
      path: PATH,
      message: `The cluster runs no ${
        absent.length === 1 ? 'broker' : 'brokers'
      } ${absent.join(', ')}; it has ${brokers
        .map(({ id }) => id)
        .join(', ')}. Name those, or leave brokers out.`,
    });
  }
  return findings;
}

/** What about the place of replicas would not outlive a failure. */
export function placementFindings(
  placement: readonly (readonly number[])[],
  brokers: readonly BrokerPlace[],
): Finding[] {
  if (brokers.length === 0) {
    return [];
  }
  const running = new Set(brokers.map(({ id }) => id));
  const racks = racksOf(brokers);
  const absent = [...new Set(placement.flat())]
    .filter(id => !running.has(id))
    .sort((left, right) => left - right);
  const together =
    new Set(racks.values()).size > 1
      ? placement.flatMap((replicas, partition) =>
          replicas.length > 1 &&
          replicas.every(id => running.has(id)) &&
          new Set(replicas.map(id => racks.get(id))).size === 1
            ? [partition]
            : [],
        )
      : [];
  const advice =
    'Name the brokers that the topic may be on (brokers) to have it moved.';
  return [
    ...(absent.length > 0
      ? [
          warning(
            `Replicas are on ${
              absent.length === 1 ? 'broker' : 'brokers'
            } ${absent.join(', ')}, which ${
              absent.length === 1 ? 'does' : 'do'
            } not run. If that is for good: ${advice}`,
          ),
        ]
      : []),
    ...(together.length > 0
      ? [
          warning(
            `All replicas of ${
              together.length === 1 ? 'partition' : 'partitions'
            } ${together.slice(0, MOST_SHOWN).join(', ')}${
              together.length > MOST_SHOWN ? ', …' : ''
            } are in one rack, and away when that is. ${advice}`,
          ),
        ]
      : []),
  ];
}

function warning(message: string): Finding {
  return { policy: POLICY, effect: 'warn', path: PATH, message };
}

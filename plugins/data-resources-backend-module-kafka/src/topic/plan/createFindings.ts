import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { clusterFacts, topicFacts } from '../topicFacts';
import type { TopicFacts } from '../topicFacts';
import { isInternalTopicName } from '../topicNames';
import { foreignAclFindings } from './aclFindings';
import { configFindings } from './configFindings';
import { dryRunFindings } from './dryRunFindings';
import { allowedFindings } from './placementFindings';
import type { PlanSettings } from './planTopic';

/** What the cluster and its configuration have against creating this topic. */
export function createFindings(
  input: PlanInput<KafkaTopicSpec>,
  spec: KafkaTopicSpec,
  { partitionsLimit, ownPrincipal }: PlanSettings,
): Finding[] {
  const { name } = input.object;
  const facts = topicFacts(input.observed.facts);
  const findings = [
    ...nameFindings(name, facts),
    ...sizeFindings(spec, input.instance.topology.brokers, partitionsLimit),
    ...allowedFindings(spec, clusterFacts(input.instance.facts).brokers ?? []),
    ...configFindings(spec, clusterFacts(input.instance.facts), facts),
    ...foreignAclFindings(name, facts.acls, input.grants.add, ownPrincipal),
  ];
  return [
    ...findings,
    ...dryRunFindings(facts, findings, 'to create this topic'),
  ];
}

function nameFindings(name: string, { collisions }: TopicFacts): Finding[] {
  const findings: Finding[] = [];
  if (isInternalTopicName(name)) {
    findings.push({
      policy: 'kafka/internal-name',
      effect: 'deny',
      path: 'name',
      message: `'${name}' begins with '__', which Kafka keeps for its internal topics; choose a name that does not.`,
    });
  }
  if (collisions.length > 0) {
    findings.push({
      policy: 'kafka/name-collision',
      effect: 'deny',
      path: 'name',
      message: `'${name}' collides with the existing topic ${collisions
        .map(other => `'${other}'`)
        .join(
          ', ',
        )}: Kafka cannot keep names apart that differ only in '.' and '_'. Choose another name.`,
    });
  }
  return findings;
}

/** The most partitions that the instance's configuration allows. */
export function partitionsLimitFindings(
  partitions: number,
  limit: number | undefined,
): Finding[] {
  return limit !== undefined && partitions > limit
    ? [
        {
          policy: 'kafka/partitions-limit',
          effect: 'deny',
          path: 'spec.partitions',
          message: `${partitions} partitions were asked for; this instance allows at most ${limit} per topic.`,
        },
      ]
    : [];
}

function sizeFindings(
  spec: KafkaTopicSpec,
  brokers: number | undefined,
  partitionsLimit: number | undefined,
): Finding[] {
  return [
    ...partitionsLimitFindings(spec.partitions, partitionsLimit),
    ...brokersFindings(spec.replicationFactor, brokers),
  ];
}

/** Each replica needs a broker of its own. */
export function brokersFindings(
  replicationFactor: number,
  brokers: number | undefined,
): Finding[] {
  return brokers !== undefined && replicationFactor > brokers
    ? [
        {
          policy: 'kafka/replication-factor',
          effect: 'deny',
          // It was approved with as many; some are down now.
          retryable: true,
          path: 'spec.replicationFactor',
          message: `A replication factor of ${replicationFactor} needs as many brokers; this cluster has ${brokers}. Use ${
            brokers === 1 ? '1' : `1 to ${brokers}`
          }.`,
        },
      ]
    : [];
}

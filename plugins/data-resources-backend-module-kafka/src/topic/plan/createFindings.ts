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
import type { PlanSettings } from './planTopic';

/** Said better by a finding of our own, whenever the broker says it. */
const TOLD_ELSEWHERE = new Set([
  'INVALID_REPLICATION_FACTOR',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_ALREADY_EXISTS',
]);

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
    ...configFindings(spec, clusterFacts(input.instance.facts)),
    ...foreignAclFindings(
      name,
      facts.acls.filter(({ principal }) => principal !== ownPrincipal),
      input.grants.add,
    ),
  ];
  return [...findings, ...dryRunFindings(facts, findings)];
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

function sizeFindings(
  spec: KafkaTopicSpec,
  brokers: number | undefined,
  partitionsLimit: number | undefined,
): Finding[] {
  const findings: Finding[] = [];
  if (partitionsLimit !== undefined && spec.partitions > partitionsLimit) {
    findings.push({
      policy: 'kafka/partitions-limit',
      effect: 'deny',
      path: 'spec.partitions',
      message: `${spec.partitions} partitions were asked for; this instance allows at most ${partitionsLimit} per topic.`,
    });
  }
  if (brokers !== undefined && spec.replicationFactor > brokers) {
    findings.push({
      policy: 'kafka/replication-factor',
      effect: 'deny',
      path: 'spec.replicationFactor',
      message: `A replication factor of ${
        spec.replicationFactor
      } needs as many brokers; this cluster has ${brokers}. Use ${
        brokers === 1 ? '1' : `1 to ${brokers}`
      }.`,
    });
  }
  return findings;
}

/** The broker's own verdict, where no finding of ours has said the same already. */
function dryRunFindings(
  { dryRun }: TopicFacts,
  told: readonly Finding[],
): Finding[] {
  if (!dryRun || TOLD_ELSEWHERE.has(dryRun.error)) {
    return [];
  }
  if (dryRun.error === 'INVALID_CONFIG') {
    const known = told.some(
      ({ policy, effect }) =>
        policy === 'kafka/topic-config' && effect === 'deny',
    );
    return known
      ? []
      : [
          {
            policy: 'kafka/topic-config',
            effect: 'deny',
            path: 'spec.config',
            message: `Kafka refuses these settings: ${dryRun.message}`,
          },
        ];
  }
  return [
    {
      policy: 'kafka/broker-verdict',
      effect: 'deny',
      message: `Kafka refuses to create this topic (${dryRun.error}): ${dryRun.message}`,
    },
  ];
}

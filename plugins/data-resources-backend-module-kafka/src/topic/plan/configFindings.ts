import {
  fieldPath,
  type Finding,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { checkedTopicKeys, expectedTopicConfig } from '../topicConfigValues';
import type { ClusterFacts, TopicFacts } from '../topicFacts';

const POLICY = 'kafka/topic-config';

/** What is wrong with a topic's own settings, key by key. */
export function configFindings(
  spec: Pick<KafkaTopicSpec, 'config' | 'replicationFactor'>,
  facts: ClusterFacts,
  { configTypes = {} }: Pick<TopicFacts, 'configTypes'>,
): Finding[] {
  const findings = Object.entries(spec.config)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(
      ([key, value]) => keyFinding(key, value, facts, configTypes) ?? [],
    );
  const minIsr = Number(spec.config['min.insync.replicas']);
  if (minIsr > spec.replicationFactor) {
    findings.push({
      policy: 'kafka/min-insync-replicas',
      effect: 'warn',
      path: configKey('min.insync.replicas'),
      message: `min.insync.replicas is ${minIsr} and there are only ${spec.replicationFactor} replicas: with acks=all every write waits for all of them, and fails as soon as one is away. Use less than the replication factor.`,
    });
  }
  return findings;
}

function keyFinding(
  key: string,
  value: string,
  { topicConfigs, readOnlyTopicConfigs = [] }: ClusterFacts,
  types: NonNullable<TopicFacts['configTypes']>,
): Finding | undefined {
  const path = configKey(key);
  if (topicConfigs && !Object.hasOwn(topicConfigs, key)) {
    const known = Object.keys(topicConfigs);
    const like = known.filter(candidate => resembles(candidate, key));
    return {
      policy: POLICY,
      effect: 'deny',
      path,
      message: `This cluster knows no topic setting '${key}'. ${
        like.length > 0
          ? `Did you mean ${like.map(name => `'${name}'`).join(' or ')}?`
          : `It knows ${known.join(', ')}.`
      }`,
    };
  }
  if (readOnlyTopicConfigs.includes(key)) {
    return {
      policy: POLICY,
      effect: 'deny',
      path,
      message: `${key} is read-only on this cluster: every topic has what the cluster says (${
        topicConfigs?.[key] || 'empty'
      }). Leave it out.`,
    };
  }
  const expected = expectedTopicConfig(
    key,
    value,
    Object.hasOwn(types, key) ? types[key] : undefined,
  );
  if (expected !== undefined) {
    return {
      policy: POLICY,
      effect: 'deny',
      path,
      message: `${key} is '${value}'; expected ${expected}.`,
    };
  }
  if (!topicConfigs && !checkedTopicKeys.includes(key)) {
    return {
      policy: POLICY,
      effect: 'warn',
      path,
      message: `The portal may not ask this cluster for its topic settings, so '${key}' could not be checked; Kafka refuses the topic if it does not know it.`,
    };
  }
  return undefined;
}

function configKey(key: string): string {
  return fieldPath(['spec', 'config', key]);
}

/** Alike but for separators and case, or one a part of the other. */
function resembles(known: string, asked: string): boolean {
  const left = known.replace(/[^a-z]/g, '');
  const right = asked.toLowerCase().replace(/[^a-z]/g, '');
  return right.length >= 4 && (left.includes(right) || right.includes(left));
}

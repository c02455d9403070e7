import { loginSlots } from '@data-resources/plugin-data-resources-node';
import type {
  InstanceProbe,
  PlanInput,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { Acl } from '../client/acls';
import type { KafkaTopicSpec } from '../topic/KafkaTopicSpec';
import type { ClusterFacts, TopicFacts } from '../topic/topicFacts';

export const spec: KafkaTopicSpec = {
  partitions: 3,
  replicationFactor: 2,
  config: { 'retention.ms': '1000', 'cleanup.policy': 'delete' },
};
export const identity = { clusterId: 'c', topicId: 'tttttttttttttttttttttt' };
export const topicConfigs = {
  'cleanup.policy': 'delete',
  'max.message.bytes': '1048588',
  'min.insync.replicas': '1',
  'retention.bytes': '-1',
  'retention.ms': '604800000',
};

export function grant(name: string, role: string): PlannedGrant {
  const principal = `component:default/${name}`;
  const login = loginSlots({
    principal,
    environment: 'dev',
    installationId: 'i',
  });
  return { principal, role, login };
}

export function cluster(facts: ClusterFacts = { topicConfigs }): InstanceProbe {
  return {
    clusterId: 'c',
    topology: { brokers: 3 },
    conditions: [],
    facts,
  };
}

export function input(
  changes: Partial<Omit<PlanInput<KafkaTopicSpec>, 'grants'>> & {
    grants?: Partial<PlanInput['grants']>;
    facts?: Partial<TopicFacts>;
  } = {},
): PlanInput<KafkaTopicSpec> {
  const { facts, grants, ...rest } = changes;
  return {
    action: 'create',
    object: { name: 'orders' },
    desired: spec,
    observed: {
      exists: false,
      ours: false,
      facts: { acls: [], collisions: [], ...facts },
    },
    instance: cluster(),
    ...rest,
    grants: { add: [], remove: [], keep: [], ...grants },
  };
}

export const existing = {
  object: { name: 'orders', identity },
  desired: undefined,
  current: spec,
  observed: {
    exists: true,
    ours: true,
    identity,
    spec,
    facts: { acls: [], collisions: [] },
  },
};

export function acl(changes: Partial<Acl> = {}): Acl {
  return {
    resourceType: 'TOPIC',
    resourceName: 'orders',
    patternType: 'LITERAL',
    principal: 'User:stranger',
    host: '*',
    operation: 'READ',
    permission: 'ALLOW',
    ...changes,
  };
}

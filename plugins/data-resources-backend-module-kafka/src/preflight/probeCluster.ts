import { randomUUID } from 'node:crypto';
import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type {
  InstanceCondition,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import { describeAcls } from '../client/acls';
import { describeCluster } from '../client/cluster';
import type { BrokerSettings, Cluster } from '../client/cluster';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import { createTopics } from '../client/topics';
import type { KafkaConfig } from '../config/readKafkaConfig';
import type { ClusterFacts } from '../topic/topicFacts';
import { brokerDefaults } from './brokerDefaults';
import { brokerConditions } from './brokerConditions';
import type { BrokerReader } from './BrokerReader';
import { authorizerCondition, everyoneCondition } from './conditions';
import type { EveryoneAllowed } from './everyoneAllowed';
import { quotasCondition } from './quotasCondition';
import {
  mayBeSuperUser,
  objectRightsCondition,
  principalCondition,
  provisionerCondition,
} from './rightsConditions';
import { transportConditions } from './transportConditions';
import { versionCondition, versionOf } from './versionCondition';

/** The setting is hidden where it is set; where it is not, its default is false. */
const ALLOW_EVERYONE = 'allow.everyone.if.no.acl.found';

/**
 * Preflight and topology in about seven calls, and one more to each further broker.
 *
 * @param options.isEveryoneAllowed - asked only when it matters
 * @param options.managesQuotas - whether the configuration has quotas for logins
 */
export async function probeCluster(options: {
  client: KafkaClient;
  brokers: BrokerReader;
  config: KafkaConfig;
  deadline: Deadline;
  askOwnPrincipal: () => Promise<string | undefined>;
  isEveryoneAllowed: (clusterId: string) => Promise<EveryoneAllowed>;
  managesQuotas: boolean;
}): Promise<InstanceProbe> {
  const { client, config, deadline, isEveryoneAllowed } = options;
  const spoken = await client.open(deadline);
  const cluster = await describeCluster(client, deadline);
  if (cluster.brokers.length === 0) {
    // For a moment after a broker comes back: plans would deny every replication factor.
    throw new ProviderError(
      'Unreachable',
      'Kafka answers, but no broker of the cluster is registered as running.',
    );
  }
  const [views, authorizer, topicConfigs, principal] = await Promise.all([
    options.brokers.read(cluster.brokers, deadline),
    hasAuthorizer(client, deadline),
    knownTopicConfigs(client, deadline),
    options.askOwnPrincipal(),
  ]);
  const all = [...views.settings.values()];
  const settings: BrokerSettings | undefined = all[0];
  const conditions = [
    versionCondition(spoken),
    authorizerCondition(authorizer),
    ...(authorizer
      ? [
          everyoneCondition(
            settings && all.every(each => !each.has(ALLOW_EVERYONE))
              ? { verdict: 'no' }
              : await isEveryoneAllowed(cluster.clusterId),
          ),
          ...(await rightsConditions(client, deadline, {
            operations: cluster.authorizedOperations,
            principal: principal ?? config.admin.principal,
          })),
          ...(options.managesQuotas ? [quotasCondition(cluster)] : []),
        ]
      : []),
    ...principalCondition(principal, config.admin.principal),
    ...transportConditions(config, views.settings, Date.now()),
    ...brokerConditions(views, config.client, spoken.features),
  ];
  const version = versionOf(spoken);
  return {
    clusterId: cluster.clusterId,
    ...(version === undefined ? {} : { version }),
    topology: { brokers: cluster.brokers.length },
    conditions,
    facts: factsOf(cluster, settings, topicConfigs),
  };
}

async function rightsConditions(
  client: KafkaClient,
  deadline: Deadline,
  {
    operations,
    principal,
  }: { operations: number; principal: string | undefined },
): Promise<InstanceCondition[]> {
  const provisioner = provisionerCondition(operations, principal);
  // Without ALTER and DESCRIBE on the cluster there is no list of ACLs to look at.
  if (
    provisioner.status === 'error' ||
    mayBeSuperUser(operations) ||
    principal === undefined
  ) {
    return [provisioner];
  }
  const acls = await Promise.all(
    [principal, 'User:*'].map(each =>
      describeAcls(client, deadline, { principal: each }),
    ),
  );
  return [provisioner, objectRightsCondition(acls.flat(), principal)];
}

async function hasAuthorizer(
  client: KafkaClient,
  deadline: Deadline,
): Promise<boolean> {
  try {
    await describeAcls(client, deadline, {
      resourceType: 'CLUSTER',
      patternType: 'LITERAL',
    });
    return true;
  } catch (error) {
    if (isProviderError(error) && error.reason === 'Unsupported') {
      return false;
    }
    // A login that may not read ACLs is refused by an authorizer; see the Provisioner condition.
    if (isProviderError(error) && error.reason === 'Unauthorized') {
      return true;
    }
    throw error;
  }
}

/**
 * Every topic setting that this cluster knows. Kafka tells them about an existing topic, or in
 * the answer to a creation that is only validated, which works on an empty cluster as well.
 */
async function knownTopicConfigs(
  client: KafkaClient,
  deadline: Deadline,
): Promise<Pick<ClusterFacts, 'topicConfigs' | 'readOnlyTopicConfigs'>> {
  const name = `data-resources-preflight-${randomUUID()}`;
  const answers = await createTopics(
    client,
    deadline,
    [{ name, partitions: -1, replicationFactor: -1, config: {} }],
    { validateOnly: true },
  );
  const { config = {}, readOnly = [] } = answers.get(name) ?? {};
  return {
    ...(Object.keys(config).length > 0 ? { topicConfigs: config } : {}),
    ...(readOnly.length > 0 ? { readOnlyTopicConfigs: readOnly } : {}),
  };
}

function factsOf(
  { brokers }: Cluster,
  settings: BrokerSettings | undefined,
  topicConfigs: ClusterFacts,
): ClusterFacts {
  const deletion = settings?.get('delete.topic.enable')?.value;
  return {
    brokers: brokers.map(({ id, rack }) => (rack ? { id, rack } : { id })),
    ...topicConfigs,
    ...brokerDefaults(settings),
    ...(deletion === undefined || deletion === null
      ? {}
      : { deleteTopicEnable: deletion === 'true' }),
  };
}

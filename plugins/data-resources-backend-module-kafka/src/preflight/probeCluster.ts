import { randomUUID } from 'node:crypto';
import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceProbe } from '@data-resources/plugin-data-resources-node';
import { describeAcls } from '../client/acls';
import { describeBrokerSettings, describeCluster } from '../client/cluster';
import type { Cluster } from '../client/cluster';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import { createTopics } from '../client/topics';
import type { ClusterFacts } from '../topic/topicFacts';
import { brokerDefaults } from './brokerDefaults';
import {
  authorizerCondition,
  everyoneCondition,
  provisionerCondition,
  settingConditions,
} from './conditions';
import type { Settings } from './conditions';
import type { EveryoneAllowed } from './everyoneAllowed';
import { quotasCondition } from './quotasCondition';

/** The setting is hidden where it is set; where it is not, its default is false. */
const ALLOW_EVERYONE = 'allow.everyone.if.no.acl.found';

/**
 * Preflight and topology in about six calls.
 *
 * @param options.isEveryoneAllowed - asked only when it matters
 * @param options.managesQuotas - whether the configuration has quotas for logins
 */
export async function probeCluster(options: {
  client: KafkaClient;
  deadline: Deadline;
  isEveryoneAllowed: (clusterId: string) => Promise<EveryoneAllowed>;
  managesQuotas: boolean;
}): Promise<InstanceProbe> {
  const { client, deadline, isEveryoneAllowed } = options;
  const { features } = await client.open(deadline);
  const cluster = await describeCluster(client, deadline);
  if (cluster.brokerIds.length === 0) {
    // For a moment after a broker comes back: plans would deny every replication factor.
    throw new ProviderError(
      'Unreachable',
      'Kafka answers, but no broker of the cluster is registered as running.',
    );
  }
  const [settings, authorizer, topicConfigs] = await Promise.all([
    describeBrokerSettings(client, deadline, cluster.brokerIds),
    hasAuthorizer(client, deadline),
    knownTopicConfigs(client, deadline),
  ]);
  const conditions = [
    authorizerCondition(authorizer),
    ...(authorizer
      ? [
          everyoneCondition(
            settings && !settings.has(ALLOW_EVERYONE)
              ? { verdict: 'no' }
              : await isEveryoneAllowed(cluster.clusterId),
          ),
          provisionerCondition(cluster),
          ...(options.managesQuotas ? [quotasCondition(cluster)] : []),
        ]
      : []),
    ...settingConditions(settings, features),
  ];
  const level = features.get('metadata.version');
  return {
    clusterId: cluster.clusterId,
    ...(level === undefined ? {} : { version: `metadata.version ${level}` }),
    topology: { brokers: cluster.brokerIds.length },
    conditions,
    facts: factsOf(cluster, settings, topicConfigs),
  };
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
  settings: Settings | undefined,
  topicConfigs: ClusterFacts,
): ClusterFacts {
  const deletion = settings?.get('delete.topic.enable')?.value;
  return {
    brokers,
    ...topicConfigs,
    ...brokerDefaults(settings),
    ...(deletion === undefined || deletion === null
      ? {}
      : { deleteTopicEnable: deletion === 'true' }),
  };
}

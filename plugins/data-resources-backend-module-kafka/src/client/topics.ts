import {
  ConfigResourceTypes,
  ConfigSources,
  createTopicsV7,
  deleteTopicsV6,
  describeConfigsV4,
  metadataV12,
} from '@platformatic/kafka';
import type { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Deadline } from './Deadline';
import type { Broker, KafkaClient } from './KafkaClient';
import { ErrorCodes, errorOf } from './protocolErrors';
import { topicIdFromUuid, uuidFromTopicId } from './topicId';

/** A topic as the brokers' metadata has it. */
export interface Topic {
  name: string;
  /** As Kafka's tools show it: 22 characters of base64url. */
  topicId: string;
  partitions: number;
  replicationFactor: number;
  /** Every partition has a leader, so that clients can use it. */
  ready: boolean;
  /** The brokers themselves keep it for their own work. */
  internal: boolean;
  /** Where each partition is, by its number. */
  placement: readonly Placement[];
  /** What the portal's login may do with it, as bits of the protocol's numbers; if asked for. */
  ownOperations?: number;
}

/** The brokers that have a partition, by their ids. */
export interface Placement {
  partition: number;
  /** Negative where there is none just now. */
  leader: number;
  replicas: readonly number[];
  /** Those of them that have all that was acknowledged. */
  inSync: readonly number[];
}

/** What the metadata of a cluster tells. */
export interface TopicList {
  clusterId: string;
  brokers: Broker[];
  topics: Map<string, Topic>;
}

/** What a topic is created from. */
export interface NewTopic {
  name: string;
  /** -1: the cluster's default. */
  partitions: number;
  replicationFactor: number;
  config: { [key: string]: string };
  /** The brokers of each partition; Kafka chooses where they are left out. */
  replicas?: readonly (readonly number[])[];
}

/** One topic's answer of a create. */
export interface CreatedTopic {
  /** As Kafka's tools show it; says nothing where there is an error, or in a dry run. */
  topicId: string;
  errorCode: number;
  errorMessage?: string | null;
  /** The configuration that it has, or would have in a dry run; absent without the right to read it. */
  config?: { [key: string]: string };
  /** Those of its keys that nobody may set. */
  readOnly?: string[];
}

/** The controller refuses a request that makes more partitions than this. */
export const MOST_PARTITIONS_PER_REQUEST = 10_000;

/**
 * The topics of these names, or all of them, without asking the broker to create any.
 *
 * @throws ProviderError `Unauthorized` when one of the names may not be described
 */
export async function listTopics(
  client: KafkaClient,
  deadline: Deadline,
  names: readonly string[] | null,
  { ownOperations = false }: { ownOperations?: boolean } = {},
): Promise<TopicList> {
  const answer = await client.read(
    deadline,
    'list topics',
    metadataV12.api,
    names && [...names],
    false,
    ownOperations,
  );
  const topics = new Map<string, Topic>();
  for (const topic of answer.topics) {
    const name = topic.name ?? '';
    if (topic.errorCode === ErrorCodes.UNKNOWN_TOPIC_OR_PARTITION) {
      continue;
    }
    if (
      topic.errorCode !== ErrorCodes.NONE &&
      topic.errorCode !== ErrorCodes.LEADER_NOT_AVAILABLE
    ) {
      throw errorOf(topic as { errorCode: number }, {
        doing: `describe topic ${name}`,
        mode: 'read',
        needs: 'DESCRIBE on every topic',
      });
    }
    topics.set(name, {
      name,
      topicId: topicIdFromUuid(topic.topicId),
      partitions: topic.partitions.length,
      replicationFactor: Math.max(
        0,
        ...topic.partitions.map(({ replicaNodes }) => replicaNodes.length),
      ),
      ready:
        topic.partitions.length > 0 &&
        topic.partitions.every(({ leaderId }) => leaderId >= 0),
      internal: topic.isInternal,
      ...(ownOperations
        ? { ownOperations: topic.topicAuthorizedOperations }
        : {}),
      placement: topic.partitions
        .map(({ partitionIndex, leaderId, replicaNodes, isrNodes }) => ({
          partition: partitionIndex,
          leader: leaderId,
          replicas: replicaNodes,
          inSync: isrNodes,
        }))
        .sort((left, right) => left.partition - right.partition),
    });
  }
  return {
    clusterId: answer.clusterId ?? '',
    brokers: answer.brokers.map(({ nodeId, host, port }) =>
      answer.brokers.length === 1
        ? { id: nodeId }
        : { id: nodeId, address: { host, port } },
    ),
    topics,
  };
}

/** All topics that there are, read once by the calls that look at one moment. */
export async function listAllTopics(
  client: KafkaClient,
  deadline: Deadline,
): Promise<TopicList> {
  return deadline.once('topics', () => listTopics(client, deadline, null));
}

/** One key of a topic's own configuration. */
export interface TopicConfigEntry {
  value: string;
  /** The protocol's number of the key's type; see `ConfigTypes` of the client. */
  type: number;
}

/**
 * What was set on each topic itself; the cluster's defaults are not in it. A topic that is
 * gone by now has no entry.
 *
 * @param keys - by topic the only keys that are asked for, of which there must be one: reading a
 * topic's thirty takes a broker three times as long
 */
export async function describeTopicConfigs(
  client: KafkaClient,
  deadline: Deadline,
  names: readonly string[],
  keys: ReadonlyMap<string, string[]> = new Map(),
): Promise<Map<string, Map<string, TopicConfigEntry>>> {
  if (names.length === 0) {
    return new Map();
  }
  const request = [
    names.map(resourceName => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName,
      configurationKeys: keys.get(resourceName) ?? null,
    })),
    false,
    false,
  ] satisfies Parameters<typeof describeConfigsV4.createRequest>;
  const doing = 'read the configuration of topics';
  const { api } = describeConfigsV4;
  const answer = deadline.isShared
    ? await client.readMuch(deadline, doing, api, ...request)
    : await client.read(deadline, doing, api, ...request);
  const configs = new Map<string, Map<string, TopicConfigEntry>>();
  for (const result of answer.results) {
    if (result.errorCode === ErrorCodes.UNKNOWN_TOPIC_OR_PARTITION) {
      continue;
    }
    if (result.errorCode !== ErrorCodes.NONE) {
      throw errorOf(result, {
        doing: `read the configuration of topic ${result.resourceName}`,
        mode: 'read',
        needs: 'DESCRIBE_CONFIGS on every topic',
      });
    }
    const own = result.configs.filter(
      ({ configSource }) => configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG,
    );
    configs.set(
      result.resourceName,
      new Map(
        own.map(({ name, value, configType }) => [
          name,
          { value: value ?? '', type: configType },
        ]),
      ),
    );
  }
  return configs;
}

/**
 * Creates topics with one request, or with `validateOnly` only asks whether they could be
 * created. Answers by name.
 */
export async function createTopics(
  client: KafkaClient,
  deadline: Deadline,
  topics: readonly NewTopic[],
  options: { validateOnly: boolean },
): Promise<Map<string, CreatedTopic>> {
  const request = [
    topics.map(({ name, partitions, replicationFactor, config, replicas }) => ({
      name,
      // Kafka takes either the numbers or the brokers.
      numPartitions: replicas ? -1 : partitions,
      replicationFactor: replicas ? -1 : replicationFactor,
      assignments: (replicas ?? []).map((ids, partitionIndex) => ({
        partitionIndex,
        brokerIds: [...ids],
      })),
      configs: Object.entries(config).map(([key, value]) => ({
        name: key,
        value,
      })),
    })),
    deadline.remainingMs,
    options.validateOnly,
  ] satisfies Parameters<typeof createTopicsV7.createRequest>;
  const { api } = createTopicsV7;
  const answer = options.validateOnly
    ? await client.read(deadline, 'validate new topics', api, ...request)
    : await client.write(deadline, `create ${count(topics)}`, api, ...request);
  return new Map(
    answer.topics.map(({ name, topicId, errorCode, errorMessage, configs }) => [
      name,
      {
        topicId: topicIdFromUuid(topicId),
        errorCode,
        errorMessage,
        config:
          configs === null
            ? undefined
            : Object.fromEntries(
                configs.map(entry => [entry.name, entry.value ?? '']),
              ),
        readOnly: configs
          ?.filter(({ readOnly }) => readOnly)
          .map(entry => entry.name),
      },
    ]),
  );
}

/** Splits topics so that no request makes more partitions than the controller takes at once. */
export function requestsOf<T extends { partitions: number }>(
  topics: readonly T[],
): T[][] {
  const requests: T[][] = [];
  let room = 0;
  for (const topic of topics) {
    const size = Math.max(1, topic.partitions);
    if (size > room || requests.length === 0) {
      requests.push([]);
      room = MOST_PARTITIONS_PER_REQUEST;
    }
    requests[requests.length - 1].push(topic);
    room -= size;
  }
  return requests;
}

/** Deletes topics by id, so that another topic of the same name is safe. Answers with failures by id. */
export async function deleteTopics(
  client: KafkaClient,
  deadline: Deadline,
  topics: readonly { name: string; topicId: string }[],
): Promise<Map<string, ProviderError>> {
  const failures = new Map<string, ProviderError>();
  if (topics.length === 0) {
    return failures;
  }
  const answer = await client.write(
    deadline,
    `delete ${count(topics)}`,
    deleteTopicsV6.api,
    topics.map(({ topicId }) => ({
      name: null,
      topicId: uuidFromTopicId(topicId),
    })),
    deadline.remainingMs,
  );
  const names = new Map(topics.map(({ name, topicId }) => [topicId, name]));
  for (const { topicId: uuid, ...item } of answer.responses) {
    const topicId = topicIdFromUuid(uuid);
    if (
      item.errorCode !== ErrorCodes.NONE &&
      item.errorCode !== ErrorCodes.UNKNOWN_TOPIC_ID
    ) {
      failures.set(
        topicId,
        errorOf(item, {
          doing: `delete topic ${names.get(topicId)} (id ${topicId})`,
          mode: 'write',
          needs: 'DELETE on the topic',
        }),
      );
    }
  }
  return failures;
}

function count(topics: readonly { name: string }[]): string {
  return topics.length === 1
    ? `topic ${topics[0].name}`
    : `${topics.length} topics`;
}

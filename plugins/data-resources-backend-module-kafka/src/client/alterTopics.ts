import {
  ConfigResourceTypes,
  createPartitionsV3,
  incrementalAlterConfigsV1,
  IncrementalAlterConfigOperationTypes,
} from '@platformatic/kafka';
import type { Deadline } from './Deadline';
import type { KafkaClient } from './KafkaClient';
import { ErrorCodes } from './protocolErrors';

/** What is to become of a topic's own settings; those that it does not name stay as they are. */
export type TopicConfigChange = {
  set: { [key: string]: string };
  /** Follow the cluster's defaults again. */
  reset: string[];
};

/** Why Kafka did not change a topic. */
export interface Refusal {
  errorCode: number;
  errorMessage?: string | null;
}

interface Options {
  /** Only ask whether it could be done. */
  validateOnly: boolean;
}

/** Changes settings of topics with one request. Answers with the refused ones, by name. */
export async function alterTopicConfigs(
  client: KafkaClient,
  deadline: Deadline,
  changes: ReadonlyMap<string, TopicConfigChange>,
  { validateOnly }: Options,
): Promise<Map<string, Refusal>> {
  if (changes.size === 0) {
    return new Map();
  }
  const request = [
    [...changes].map(([resourceName, { set, reset }]) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName,
      configs: [
        ...Object.entries(set).map(([name, value]) => ({
          name,
          value,
          configOperation: IncrementalAlterConfigOperationTypes.SET,
        })),
        ...reset.map(name => ({
          name,
          configOperation: IncrementalAlterConfigOperationTypes.DELETE,
        })),
      ],
    })),
    validateOnly,
  ] satisfies Parameters<typeof incrementalAlterConfigsV1.createRequest>;
  const { api } = incrementalAlterConfigsV1;
  const { responses } = validateOnly
    ? await client.read(deadline, 'validate topic settings', api, ...request)
    : await client.write(
        deadline,
        `change the settings of ${count([...changes.keys()])}`,
        api,
        ...request,
      );
  return refusalsOf(
    responses.map(({ resourceName, ...answer }) => ({
      name: resourceName,
      ...answer,
    })),
  );
}

/**
 * Brings topics to a number of partitions with one request. Answers with the refused ones, by name.
 */
export async function createPartitions(
  client: KafkaClient,
  deadline: Deadline,
  topics: readonly {
    name: string;
    partitions: number;
    /** The brokers of each new one; Kafka chooses where they are left out. */
    replicas?: readonly (readonly number[])[];
  }[],
  { validateOnly }: Options,
): Promise<Map<string, Refusal>> {
  if (topics.length === 0) {
    return new Map();
  }
  const request = [
    topics.map(({ name, partitions, replicas }) => ({
      name,
      count: partitions,
      assignments:
        replicas?.map(brokerIds => ({ brokerIds: [...brokerIds] })) ?? null,
    })),
    deadline.remainingMs,
    validateOnly,
  ] satisfies Parameters<typeof createPartitionsV3.createRequest>;
  const { api } = createPartitionsV3;
  const { results } = validateOnly
    ? await client.read(deadline, 'validate new partitions', api, ...request)
    : await client.write(
        deadline,
        `create partitions of ${count(topics.map(({ name }) => name))}`,
        api,
        ...request,
      );
  return refusalsOf(results);
}

function refusalsOf(
  answers: readonly (Refusal & { name: string })[],
): Map<string, Refusal> {
  return new Map(
    answers
      .filter(({ errorCode }) => errorCode !== ErrorCodes.NONE)
      .map(({ name, errorCode, errorMessage }) => [
        name,
        { errorCode, errorMessage },
      ]),
  );
}

function count(names: readonly string[]): string {
  return names.length === 1 ? `topic ${names[0]}` : `${names.length} topics`;
}

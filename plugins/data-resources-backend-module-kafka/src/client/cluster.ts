import {
  ConfigResourceTypes,
  describeClusterV1,
  describeConfigsV4,
  DescribeClusterEndpointTypes,
} from '@platformatic/kafka';
import type { Deadline } from './Deadline';
import type { KafkaClient } from './KafkaClient';
import { ErrorCodes, errorOf } from './protocolErrors';

/** What a cluster says about itself. */
export interface Cluster {
  clusterId: string;
  brokerIds: number[];
  /** Those that run, by id, with their racks where they have any. */
  brokers: { id: number; rack?: string }[];
  /** Operations on the cluster that the portal's login may do, as bits of the protocol's numbers. */
  authorizedOperations: number;
}

/** One setting of a broker. Kafka never shows the value of one that may be a secret. */
export interface BrokerSetting {
  value: string | null;
  hidden: boolean;
}

/** Who and how many the brokers are, and what the portal may do. */
export async function describeCluster(
  client: KafkaClient,
  deadline: Deadline,
): Promise<Cluster> {
  const answer = await client.read(
    deadline,
    'describe the cluster',
    describeClusterV1.api,
    true,
    DescribeClusterEndpointTypes.BROKERS,
  );
  if (answer.errorCode !== ErrorCodes.NONE) {
    throw errorOf(answer, { doing: 'describe the cluster', mode: 'read' });
  }
  return {
    clusterId: answer.clusterId,
    brokerIds: answer.brokers.map(({ brokerId }) => brokerId),
    brokers: answer.brokers
      .map(({ brokerId, rack }) =>
        rack ? { id: brokerId, rack } : { id: brokerId },
      )
      .sort((left, right) => left.id - right.id),
    authorizedOperations: answer.clusterAuthorizedOperations,
  };
}

/**
 * The settings of the broker that the portal is connected to; absent without the right to
 * read them.
 */
export async function describeBrokerSettings(
  client: KafkaClient,
  deadline: Deadline,
  brokerIds: readonly number[],
): Promise<Map<string, BrokerSetting> | undefined> {
  // A broker answers about itself only, and an address does not tell which one it is.
  const answer = await client.read(
    deadline,
    'read the settings of a broker',
    describeConfigsV4.api,
    brokerIds.map(id => ({
      resourceType: ConfigResourceTypes.BROKER,
      resourceName: String(id),
      configurationKeys: null,
    })),
    false,
    false,
  );
  const own = answer.results.find(
    ({ errorCode }) => errorCode === ErrorCodes.NONE,
  );
  return (
    own &&
    new Map(
      own.configs.map(({ name, value, isSensitive }) => [
        name,
        { value: value ?? null, hidden: isSensitive },
      ]),
    )
  );
}

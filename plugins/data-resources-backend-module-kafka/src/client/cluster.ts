import {
  ConfigResourceTypes,
  describeClusterV1,
  describeConfigsV4,
  DescribeClusterEndpointTypes,
} from '@platformatic/kafka';
import type { Deadline } from './Deadline';
import type { Broker, KafkaClient } from './KafkaClient';
import { ErrorCodes, errorOf } from './protocolErrors';

/** What a cluster says about itself. */
export interface Cluster {
  clusterId: string;
  /** Those that are registered as running, by id, with their racks where they have any. */
  brokers: (Broker & { rack?: string })[];
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
    brokers: answer.brokers
      .map(({ brokerId, host, port, rack }) => ({
        id: brokerId,
        address: { host, port },
        ...(rack ? { rack } : {}),
      }))
      .sort((left, right) => left.id - right.id),
    authorizedOperations: answer.clusterAuthorizedOperations,
  };
}

/** The settings of one broker, by name. */
export type BrokerSettings = ReadonlyMap<string, BrokerSetting>;

/**
 * The settings of those brokers that the one that answers can speak for, which is itself. An
 * address does not tell which one that is, so it is asked about all.
 *
 * @param at - absent for the one that the portal is connected to
 */
export async function describeBrokerSettings(
  client: KafkaClient,
  deadline: Deadline,
  brokerIds: readonly number[],
  at: Pick<Broker, 'address'> = {},
): Promise<Map<number, BrokerSettings>> {
  const answer = await client.readAt(
    at,
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
  return new Map(
    answer.results
      .filter(({ errorCode }) => errorCode === ErrorCodes.NONE)
      .map(({ resourceName, configs }) => [
        Number(resourceName),
        new Map(
          configs.map(({ name, value, isSensitive }) => [
            name,
            { value: value ?? null, hidden: isSensitive },
          ]),
        ),
      ]),
  );
}

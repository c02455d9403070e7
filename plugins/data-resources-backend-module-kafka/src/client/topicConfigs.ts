import {
  ConfigResourceTypes,
  ConfigTypes,
  describeConfigsV4,
} from '@platformatic/kafka';
import type { Deadline } from './Deadline';
import type { KafkaClient } from './KafkaClient';
import type { OpenConnection } from './openConnection';

/**
 * What topics go by for one key, their own value or the cluster's. A topic that is gone, or of
 * which the portal's login may not read it, has no entry.
 */
export async function readTopicConfig(
  client: KafkaClient,
  deadline: Deadline,
  names: readonly string[],
  key: string,
): Promise<Map<string, string>> {
  if (names.length === 0) {
    return new Map();
  }
  const answer = await client.read(
    deadline,
    `read ${key} of topics`,
    describeConfigsV4.api,
    names.map(resourceName => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName,
      configurationKeys: [key],
    })),
    false,
    false,
  );
  return new Map(
    answer.results.flatMap(({ resourceName, configs }) =>
      configs.map(({ value }): [string, string] => [resourceName, value ?? '']),
    ),
  );
}

/** What Kafka takes for a key, in the words of its protocol. */
export type ConfigType = keyof typeof ConfigTypes;

/** They go with a broker's version, which changes by a restart that ends its connections. */
const known = new WeakMap<OpenConnection, ReadonlyMap<string, ConfigType>>();

/**
 * Every key that topics have, with its type, as a broker tells them of this one; nothing where
 * the portal's login may not read them.
 */
export async function configTypes(
  client: KafkaClient,
  deadline: Deadline,
  name: string,
): Promise<ReadonlyMap<string, ConfigType>> {
  const open = await client.open(deadline);
  const types =
    known.get(open) ?? (await readConfigTypes(client, deadline, name));
  if (types.size > 0) {
    known.set(open, types);
  }
  return types;
}

async function readConfigTypes(
  client: KafkaClient,
  deadline: Deadline,
  name: string,
): Promise<Map<string, ConfigType>> {
  const answer = await client.read(
    deadline,
    'read the types of topic settings',
    describeConfigsV4.api,
    [
      {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: name,
        configurationKeys: null,
      },
    ],
    false,
    false,
  );
  const names = new Map(
    Object.entries(ConfigTypes).map(([type, number]) => [
      number,
      type as ConfigType,
    ]),
  );
  return new Map(
    answer.results.flatMap(({ configs }) =>
      configs.map((entry): [string, ConfigType] => [
        entry.name,
        names.get(entry.configType) ?? 'UNKNOWN',
      ]),
    ),
  );
}

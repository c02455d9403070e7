import type { NewTopic, Topic, TopicConfigEntry } from '../../client/topics';
import { sameTopicConfig } from '../topicConfigValues';

/** What a topic has that was not asked for, or the reverse; the first of it, for people to read. */
export function differenceOf(
  asked: NewTopic,
  topic: Topic,
  config: ReadonlyMap<string, TopicConfigEntry>,
): string | undefined {
  if (topic.partitions !== asked.partitions) {
    return `it has ${topic.partitions} partitions instead of ${asked.partitions}`;
  }
  if (topic.replicationFactor !== asked.replicationFactor) {
    return `its replication factor is ${topic.replicationFactor} instead of ${asked.replicationFactor}`;
  }
  const elsewhere = topic.placement.find(
    ({ partition, replicas }) =>
      asked.replicas && String(replicas) !== String(asked.replicas[partition]),
  );
  if (elsewhere) {
    return `its partition ${
      elsewhere.partition
    } is on brokers ${elsewhere.replicas.join(
      ',',
    )} instead of ${asked.replicas?.[elsewhere.partition].join(',')}`;
  }
  const keys = new Set([...Object.keys(asked.config), ...config.keys()]);
  for (const key of keys) {
    const wanted = asked.config[key];
    const has = config.get(key)?.value;
    if (
      wanted === undefined ||
      has === undefined ||
      !sameTopicConfig(wanted, has)
    ) {
      return `its ${key} is ${has ?? 'not set'} instead of ${
        wanted ?? 'not set'
      }`;
    }
  }
  return undefined;
}

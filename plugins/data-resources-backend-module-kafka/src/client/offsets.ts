import { FetchIsolationLevels, listOffsetsV8 } from '@platformatic/kafka';
import { askInBatches } from './batches';
import type { Deadline } from './Deadline';
import type { Broker, KafkaClient } from './KafkaClient';
import { ErrorCodes, errorName } from './protocolErrors';

/** Partitions of a topic. */
export interface TopicPartitions {
  name: string;
  partitions: readonly number[];
}

/** A place in a partition. */
export interface Offset {
  offset: number;
  /** Of the record there, in milliseconds; -1 where the question was not about one. */
  timestamp: number;
}

/** Of each topic, by partition. */
export type Offsets = Map<string, Map<number, Offset>>;

/** Questions that have a number of their own in the protocol. */
export const OffsetSpecs = {
  END: -1n,
  BEGIN: -2n,
  NEWEST_RECORD: -3n,
} as const;

/** As many topics go into one request. */
export const TOPICS_PER_REQUEST = 500;

const CONSUMER = -1;
const ANY_EPOCH = -1;

/**
 * Offsets of partitions that a broker leads.
 *
 * @param spec - one of {@link OffsetSpecs}, or a time in milliseconds: the first record from then on
 * @param refused - collects why partitions have no answer, by topic
 */
export async function listOffsets(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
  topics: readonly TopicPartitions[],
  spec: bigint,
  refused: Map<string, Set<string>>,
): Promise<Offsets> {
  const found: Offsets = new Map();
  const answers = await askInBatches(topics, TOPICS_PER_REQUEST, batch =>
    client.readAt(
      broker,
      deadline,
      'read offsets',
      listOffsetsV8.api,
      CONSUMER,
      FetchIsolationLevels.READ_UNCOMMITTED,
      batch.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(partitionIndex => ({
          partitionIndex,
          currentLeaderEpoch: ANY_EPOCH,
          timestamp: spec,
        })),
      })),
    ),
  );
  for (const { name, partitions } of answers.flatMap(answer => answer.topics)) {
    const ofTopic = new Map<number, Offset>();
    for (const { partitionIndex, errorCode, offset, timestamp } of partitions) {
      if (errorCode === ErrorCodes.NONE) {
        ofTopic.set(partitionIndex, {
          offset: Number(offset),
          timestamp: Number(timestamp),
        });
      } else if (errorCode !== ErrorCodes.UNKNOWN_TOPIC_OR_PARTITION) {
        refused.set(
          name,
          (refused.get(name) ?? new Set()).add(errorName(errorCode)),
        );
      }
    }
    found.set(name, ofTopic);
  }
  return found;
}

import { describeProducersV0 } from '@platformatic/kafka';
import { askInBatches } from './batches';
import type { Deadline } from './Deadline';
import type { Broker, KafkaClient } from './KafkaClient';
import { TOPICS_PER_REQUEST } from './offsets';
import type { TopicPartitions } from './offsets';
import { ErrorCodes, errorName } from './protocolErrors';

/** A producer with an id, which idempotent and transactional ones have, as a partition knows it. */
export interface Producer {
  id: string;
  /** The timestamp of its last record, in milliseconds; -1 where it is not known. */
  lastTimestamp: number;
  inTransaction: boolean;
}

/** What the leaders of partitions know about who writes. */
export interface Producers {
  /** By topic, once per partition. */
  found: Map<string, Producer[]>;
  /** Why a topic's cannot be told, by topic. */
  refused: Map<string, Set<string>>;
}

/** Who writes to partitions that a broker leads. */
export async function describeProducers(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
  topics: readonly TopicPartitions[],
): Promise<Producers> {
  const answers = await askInBatches(topics, TOPICS_PER_REQUEST, batch =>
    client.readAt(
      broker,
      deadline,
      'describe producers',
      describeProducersV0.api,
      batch.map(({ name, partitions }) => ({
        name,
        partitionIndexes: [...partitions],
      })),
    ),
  );
  const found: Producers['found'] = new Map();
  const refused: Producers['refused'] = new Map();
  for (const { name, partitions } of answers.flatMap(answer => answer.topics)) {
    for (const { errorCode, activeProducers } of partitions) {
      if (errorCode === ErrorCodes.NONE) {
        found.set(name, [
          ...(found.get(name) ?? []),
          ...activeProducers.map(producer => ({
            id: String(producer.producerId),
            lastTimestamp: Number(producer.lastTimestamp),
            inTransaction: producer.currentTxnStartOffset >= 0n,
          })),
        ]);
      } else if (errorCode !== ErrorCodes.UNKNOWN_TOPIC_OR_PARTITION) {
        refused.set(
          name,
          (refused.get(name) ?? new Set()).add(errorName(errorCode)),
        );
      }
    }
  }
  return { found, refused };
}

import { describeLogDirsV4 } from '@platformatic/kafka';
import { askInBatches } from './batches';
import type { Deadline } from './Deadline';
import type { Broker, KafkaClient } from './KafkaClient';
import { TOPICS_PER_REQUEST } from './offsets';
import type { TopicPartitions } from './offsets';
import { ErrorCodes, errorName } from './protocolErrors';

/** What a broker keeps of topics on its disks. */
export interface DiskUse {
  /** By topic, in bytes. */
  bytes: Map<string, number>;
  /** Why it could not be read, in whole or in part. */
  refused: Set<string>;
}

/** What a broker has of these partitions on its disks. */
export async function describeDiskUse(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
  topics: readonly TopicPartitions[],
): Promise<DiskUse> {
  const answers = await askInBatches(topics, TOPICS_PER_REQUEST, batch =>
    client.readAt(
      broker,
      deadline,
      'read sizes on disk',
      describeLogDirsV4.api,
      batch.map(({ name, partitions }) => ({
        name,
        partitions: [...partitions],
      })),
    ),
  );
  const bytes = new Map<string, number>();
  const refused = new Set<string>();
  const note = (code: number) => {
    if (code !== ErrorCodes.NONE) {
      refused.add(errorName(code));
    }
  };
  for (const { errorCode, results } of answers) {
    note(errorCode);
    for (const disk of results) {
      note(disk.errorCode);
      for (const { name, partitions } of disk.topics) {
        const size = partitions
          // A copy on its way to another disk of the broker.
          .filter(({ isFutureKey }) => !isFutureKey)
          .reduce((sum, { partitionSize }) => sum + Number(partitionSize), 0);
        bytes.set(name, (bytes.get(name) ?? 0) + size);
      }
    }
  }
  return { bytes, refused };
}

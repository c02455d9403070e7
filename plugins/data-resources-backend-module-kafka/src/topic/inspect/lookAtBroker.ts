import type { Deadline } from '../../client/Deadline';
import { describeDiskUse } from '../../client/logDirs';
import type { DiskUse } from '../../client/logDirs';
import type { Broker, KafkaClient } from '../../client/KafkaClient';
import { listOffsets, OffsetSpecs } from '../../client/offsets';
import type { Offsets, TopicPartitions } from '../../client/offsets';
import { describeProducers } from '../../client/producers';
import type { Producers } from '../../client/producers';
import type { Topic } from '../../client/topics';
import { listTransactionalIds } from '../../client/transactions';

/** What one broker tells of the partitions that it leads, and of its disks. */
export interface BrokerView {
  begin: Offsets;
  end: Offsets;
  newest: Offsets;
  /** The first record of late. */
  recent: Offsets;
  /** Why partitions have no offsets, by topic. */
  refused: Map<string, Set<string>>;
  producers: Producers;
  /** Of the transactional ids that it coordinates, by the ids of their producers. */
  transactionalIds: Map<string, string>;
  disk: DiskUse;
}

/**
 * Six calls per 500 topics, and one more.
 *
 * @param since - from when on records count as recent, in milliseconds
 */
export async function lookAtBroker(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
  topics: readonly Topic[],
  since: number,
): Promise<BrokerView> {
  const led = partitionsOf(topics, ({ leader }) => leader === broker.id);
  const kept = partitionsOf(topics, ({ replicas }) =>
    replicas.includes(broker.id),
  );
  const refused: BrokerView['refused'] = new Map();
  const offsets = (spec: bigint) =>
    listOffsets(client, broker, deadline, led, spec, refused);
  const [begin, end, newest, recent, producers, transactionalIds, disk] =
    await Promise.all([
      offsets(OffsetSpecs.BEGIN),
      offsets(OffsetSpecs.END),
      offsets(OffsetSpecs.NEWEST_RECORD),
      offsets(BigInt(since)),
      describeProducers(client, broker, deadline, led),
      listTransactionalIds(client, broker, deadline),
      describeDiskUse(client, broker, deadline, kept),
    ]);
  return {
    begin,
    end,
    newest,
    recent,
    refused,
    producers,
    transactionalIds,
    disk,
  };
}

function partitionsOf(
  topics: readonly Topic[],
  wanted: (placement: Topic['placement'][number]) => boolean,
): TopicPartitions[] {
  return topics
    .map(({ name, placement }) => ({
      name,
      partitions: placement.filter(wanted).map(({ partition }) => partition),
    }))
    .filter(({ partitions }) => partitions.length > 0);
}

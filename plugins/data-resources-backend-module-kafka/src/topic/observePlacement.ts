import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import { askBrokers } from '../client/askBrokers';
import { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import { describeDiskUse } from '../client/logDirs';
import { listReassignments } from '../client/reassignments';
import type { Reassignments } from '../client/reassignments';
import type { Topic, TopicList } from '../client/topics';
import type { KafkaTopicSpec } from './KafkaTopicSpec';
import type { TopicFacts } from './topicFacts';

/** A size is worth no more waiting. */
const LONGEST_LOOK_MS = 2_000;

type PlacementFacts = Pick<TopicFacts, 'placement' | 'behind' | 'moving'>;

/** What is on its way between brokers; of a cluster of one, nothing can be. */
export async function movingPartitions(
  client: KafkaClient,
  deadline: Deadline,
  { brokers, topics }: TopicList,
): Promise<Reassignments> {
  return brokers.length > 1 && topics.size > 0
    ? deadline.once('reassignments', () => listReassignments(client, deadline))
    : new Map();
}

/** Where a topic is, or will be when what is under way is done. */
export function placementOf(
  topic: Topic,
  reassignments: Reassignments,
): Required<Pick<PlacementFacts, 'placement'>> & PlacementFacts {
  const targets = reassignments.get(topic.name) ?? new Map<number, number[]>();
  const behind = topic.placement
    .filter(({ replicas, inSync }) => inSync.length < replicas.length)
    .map(({ partition }) => partition);
  return {
    placement: topic.placement.map(({ partition, replicas }) => [
      ...(targets.get(partition) ?? replicas),
    ]),
    ...(behind.length > 0 ? { behind } : {}),
    ...(targets.size > 0 ? { moving: [...targets.keys()].sort(byNumber) } : {}),
  };
}

/** The size of one copy of each topic of which a change may copy replicas, as far as it can be read. */
export async function sizesToCopy(
  client: KafkaClient,
  deadline: Deadline,
  objects: readonly ObjectRef[],
  { brokers, topics }: TopicList,
): Promise<Map<string, number>> {
  const growing = objects.flatMap(({ name, identity, desired }) => {
    const topic = topics.get(name);
    return topic &&
      desired &&
      topic.topicId === identity?.topicId &&
      mayCopy(desired as KafkaTopicSpec, topic)
      ? [topic]
      : [];
  });
  if (growing.length === 0) {
    return new Map();
  }
  const patience = new Deadline(deadline.signal, LONGEST_LOOK_MS);
  try {
    const { answers, silent } = await askBrokers(brokers, patience, broker =>
      describeDiskUse(
        client,
        broker,
        patience,
        growing.map(({ name, placement }) => ({
          name,
          partitions: placement
            .filter(({ leader }) => leader === broker.id)
            .map(({ partition }) => partition),
        })),
      ),
    );
    const views = [...answers.values()];
    return silent.size > 0 || views.some(({ refused }) => refused.size > 0)
      ? new Map()
      : new Map(
          growing.map(({ name }) => [
            name,
            views.reduce((sum, { bytes }) => sum + (bytes.get(name) ?? 0), 0),
          ]),
        );
  } catch (error) {
    if (!isProviderError(error) || deadline.signal.aborted) {
      throw error;
    }
    return new Map();
  }
}

function mayCopy(desired: KafkaTopicSpec, topic: Topic): boolean {
  return (
    desired.replicationFactor > topic.replicationFactor ||
    topic.placement.some(({ replicas }) =>
      replicas.some(id => desired.brokers && !desired.brokers.includes(id)),
    )
  );
}

function byNumber(left: number, right: number): number {
  return left - right;
}

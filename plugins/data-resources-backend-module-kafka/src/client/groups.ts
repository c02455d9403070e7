import {
  consumerGroupDescribeV0,
  decodeConsumerProtocolAssignment,
  decodeConsumerProtocolSubscription,
  describeGroupsV5,
  listGroupsV5,
  offsetFetchV8,
} from '@platformatic/kafka';
import { askInBatches } from './batches';
import type { Deadline } from './Deadline';
import type { Broker, KafkaClient } from './KafkaClient';
import type { TopicPartitions } from './offsets';
import { ErrorCodes, errorName, errorOf } from './protocolErrors';

/** A group that a broker coordinates. */
export interface Group {
  id: string;
  /** `classic`, `consumer` (KIP-848), `share` or `streams`. */
  type: string;
  /** What its members do together: `consumer`, `connect`, …; empty where it only has offsets. */
  protocol: string;
  /** For example `Stable`, `Empty`. */
  state: string;
}

/** One member of a group. */
export interface GroupMember {
  clientId: string;
  host: string;
  /** Topics that it asked for or has partitions of; undefined where that could not be told. */
  topics?: ReadonlySet<string>;
}

/** Answers about groups, by their ids. */
export interface OfGroups<T> {
  found: Map<string, T>;
  /** The protocol's name of why there is no answer. */
  refused: Map<string, string>;
}

/** Committed offsets by topic and partition. */
export type Committed = Map<string, Map<number, number>>;

const GROUPS_PER_REQUEST = 500;
const ANY_MEMBER = -1;

/** Whether the brokers tell the types of groups apart, which is since Kafka 3.8. */
export async function tellsGroupTypes(
  client: KafkaClient,
  deadline: Deadline,
): Promise<boolean> {
  return client.speaks(deadline, listGroupsV5.api);
}

/** The groups that a broker coordinates, as far as the portal may see them. */
export async function listGroups(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
): Promise<Group[]> {
  const answer = await client.readAt(
    broker,
    deadline,
    'list groups',
    listGroupsV5.api,
    [],
    [],
  );
  if (answer.errorCode !== ErrorCodes.NONE) {
    throw errorOf(answer, {
      doing: 'list groups',
      mode: 'read',
      needs: 'DESCRIBE on the cluster',
    });
  }
  return answer.groups.map(
    ({ groupId, groupType, protocolType, groupState }) => ({
      id: groupId,
      type: groupType.toLowerCase(),
      protocol: protocolType,
      state: groupState,
    }),
  );
}

/** The members of groups of the classic protocol. */
export async function describeClassicGroups(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
  ids: readonly string[],
): Promise<OfGroups<GroupMember[]>> {
  const answers = await askInBatches(ids, GROUPS_PER_REQUEST, batch =>
    client.readAt(
      broker,
      deadline,
      'describe groups',
      describeGroupsV5.api,
      batch,
      false,
    ),
  );
  return sorted(
    answers.flatMap(({ groups }) => groups),
    ({ members }) =>
      members.map(
        ({ clientId, clientHost, memberMetadata, memberAssignment }) => ({
          clientId,
          host: clientHost,
          topics: topicsOf(memberMetadata, memberAssignment),
        }),
      ),
  );
}

/** The members of groups of the protocol of KIP-848. */
export async function describeConsumerGroups(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
  ids: readonly string[],
): Promise<OfGroups<GroupMember[]>> {
  const answers = await askInBatches(ids, GROUPS_PER_REQUEST, batch =>
    client.readAt(
      broker,
      deadline,
      'describe consumer groups',
      consumerGroupDescribeV0.api,
      batch,
      false,
    ),
  );
  return sorted(
    answers.flatMap(({ groups }) => groups),
    ({ members }) =>
      members.map(member => ({
        clientId: member.clientId,
        host: member.clientHost,
        topics: new Set([
          ...member.subscribedTopicNames,
          ...[member.assignment, member.targetAssignment].flatMap(
            ({ topicPartitions }) =>
              topicPartitions.map(({ topicName }) => topicName),
          ),
        ]),
      })),
  );
}

/**
 * The offsets that groups have committed.
 *
 * @param topics - which ones to look at; null for whatever a group has
 */
export async function fetchCommitted(
  client: KafkaClient,
  broker: Broker,
  deadline: Deadline,
  ids: readonly string[],
  topics: readonly TopicPartitions[] | null,
): Promise<OfGroups<Committed>> {
  const wanted =
    topics &&
    topics.map(({ name, partitions }) => ({
      name,
      partitionIndexes: [...partitions],
    }));
  const answers = await askInBatches(ids, GROUPS_PER_REQUEST, batch =>
    client.readAt(
      broker,
      deadline,
      'read committed offsets',
      offsetFetchV8.api,
      batch.map(groupId => ({
        groupId,
        memberEpoch: ANY_MEMBER,
        topics: wanted,
      })),
      false,
    ),
  );
  return sorted(
    answers.flatMap(({ groups }) => groups),
    group => {
      const committed: Committed = new Map();
      for (const { name, partitions } of group.topics) {
        const offsets = partitions
          .filter(
            ({ errorCode, committedOffset }) =>
              errorCode === ErrorCodes.NONE && committedOffset >= 0n,
          )
          .map(({ partitionIndex, committedOffset }): [number, number] => [
            partitionIndex,
            Number(committedOffset),
          ]);
        if (offsets.length > 0) {
          committed.set(name, new Map(offsets));
        }
      }
      return committed;
    },
  );
}

function sorted<A extends { groupId: string; errorCode: number }, T>(
  answers: readonly A[],
  read: (answer: A) => T,
): OfGroups<T> {
  const found = new Map<string, T>();
  const refused = new Map<string, string>();
  for (const answer of answers) {
    if (answer.errorCode === ErrorCodes.NONE) {
      found.set(answer.groupId, read(answer));
    } else if (answer.errorCode !== ErrorCodes.GROUP_ID_NOT_FOUND) {
      refused.set(answer.groupId, errorName(answer.errorCode));
    }
  }
  return { found, refused };
}

/** Members of a classic group describe themselves; what they say may be of another kind. */
function topicsOf(
  metadata: Buffer,
  assignment: Buffer,
): ReadonlySet<string> | undefined {
  if (metadata.length === 0 && assignment.length === 0) {
    // In the middle of a rebalance Kafka tells neither.
    return undefined;
  }
  try {
    return new Set([
      ...(metadata.length > 0
        ? decodeConsumerProtocolSubscription(metadata).topics
        : []),
      ...(assignment.length > 0
        ? decodeConsumerProtocolAssignment(assignment).assignedPartitions.map(
            ({ topic }) => topic,
          )
        : []),
    ]);
  } catch {
    // Nothing to act on: such a member counts where its group has offsets.
    return undefined;
  }
}

import { askBrokers } from '../../client/askBrokers';
import type { Deadline } from '../../client/Deadline';
import {
  describeClassicGroups,
  describeConsumerGroups,
  fetchCommitted,
  listGroups,
  tellsGroupTypes,
} from '../../client/groups';
import type {
  Committed,
  Group,
  GroupMember,
  OfGroups,
} from '../../client/groups';
import type { Broker, KafkaClient } from '../../client/KafkaClient';
import type { TopicPartitions } from '../../client/offsets';

/** A group with what it has to do with topics. */
export interface GroupUse extends Group {
  /** Undefined where the members were not looked at, or could not be. */
  members?: GroupMember[];
  committed: Committed;
}

/** The groups of a cluster. */
export interface ClusterGroups {
  /** By name. */
  groups: GroupUse[];
  /** Groups of which something stayed hidden, with the protocol's name of why. */
  refused: Map<string, string>;
  /** Brokers that did not answer, with why. */
  silent: Map<number, string>;
  /** False where the brokers are too old to tell groups apart, so that there are none here. */
  told: boolean;
}

interface Tools {
  client: KafkaClient;
  deadline: Deadline;
}

/** Up to here offsets are asked for by topic; beyond, all that groups have are read. */
const FEW_TOPICS = 20;

/**
 * Every group with what it has committed on the topics, and its members if asked for: two to
 * four calls per broker, for each knows only the groups that it coordinates.
 */
export async function groupsOfTopics(
  tools: Tools,
  brokers: readonly Broker[],
  topics: readonly TopicPartitions[],
  options: { members: boolean },
): Promise<ClusterGroups> {
  const { client, deadline } = tools;
  if (!(await tellsGroupTypes(client, deadline))) {
    return { groups: [], refused: new Map(), silent: new Map(), told: false };
  }
  const wanted = topics.length <= FEW_TOPICS ? topics : null;
  const { answers, silent } = await askBrokers(
    brokers,
    deadline,
    async broker => {
      const groups = await listGroups(client, broker, deadline);
      const [members, committed] = await Promise.all([
        options.members
          ? describeMembers(tools, broker, groups.filter(isAlive))
          : { found: new Map(), refused: new Map() },
        fetchCommitted(
          client,
          broker,
          deadline,
          groups.filter(keepsOffsets).map(({ id }) => id),
          wanted,
        ),
      ]);
      return { groups, members, committed };
    },
  );
  const all = [...answers.values()];
  return {
    groups: all
      .flatMap(({ groups, members, committed }) =>
        groups.map(group => ({
          ...group,
          members: members.found.get(group.id),
          committed: committed.found.get(group.id) ?? new Map(),
        })),
      )
      .sort((left, right) => (left.id < right.id ? -1 : 1)),
    refused: new Map(
      all.flatMap(({ members, committed }) => [
        ...members.refused,
        ...committed.refused,
      ]),
    ),
    silent,
    told: true,
  };
}

/** Whether a group has members now. */
export function isAlive({ state }: Group): boolean {
  return !['empty', 'dead'].includes(state.toLowerCase());
}

/** A share group keeps its place elsewhere. */
function keepsOffsets({ type }: Group): boolean {
  return type !== 'share';
}

async function describeMembers(
  { client, deadline }: Tools,
  broker: Broker,
  groups: readonly Group[],
): Promise<OfGroups<GroupMember[]>> {
  const idsOf = (wanted: (group: Group) => boolean) =>
    groups.filter(wanted).map(({ id }) => id);
  const answers = await Promise.all([
    describeClassicGroups(
      client,
      broker,
      deadline,
      // The members of others, e.g. Connect's workers, read nothing in the group's name.
      idsOf(
        ({ type, protocol }) => type === 'classic' && protocol === 'consumer',
      ),
    ),
    describeConsumerGroups(
      client,
      broker,
      deadline,
      idsOf(({ type }) => type === 'consumer'),
    ),
  ]);
  return {
    found: new Map(answers.flatMap(({ found }) => [...found])),
    refused: new Map(answers.flatMap(({ refused }) => [...refused])),
  };
}

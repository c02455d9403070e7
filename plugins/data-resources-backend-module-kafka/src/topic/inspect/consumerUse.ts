import type {
  LiveUser,
  Measure,
} from '@data-resources/plugin-data-resources-node';
import type { GroupMember } from '../../client/groups';
import type { Topic } from '../../client/topics';
import { isAlive } from './groupsOfTopics';
import type { GroupUse } from './groupsOfTopics';
import type { Look } from './Look';

const KINDS: { [type: string]: string } = {
  share: 'share group',
  streams: 'streams group',
};
const MOST_CLIENTS = 5;

/**
 * Who reads a topic, and how far they are. A group that has offsets and no members reads
 * nothing: it stands in the measures only.
 */
export function consumerUse(
  { name }: Topic,
  { views, groups: { groups } }: Look,
): { users: LiveUser[]; measures: Measure[] } {
  const ends = new Map(
    [...views.answers.values()].flatMap(({ end }) => [
      ...(end.get(name) ?? []),
    ]),
  );
  const users: LiveUser[] = [];
  const measures: Measure[] = [];
  let idle = 0;
  for (const group of groups) {
    const lags = lagsOf(group, name, ends);
    const user = userOf(group, name, lags);
    if (user) {
      users.push(user);
    } else if (!isAlive(group) && group.committed.has(name)) {
      idle += 1;
    }
    measures.push(...lagMeasures(group.id, lags));
  }
  return {
    users,
    measures: [
      ...measures,
      ...(idle > 0
        ? [
            {
              name: 'idle-groups',
              title: 'Consumer groups with offsets here and no members now',
              value: idle,
              unit: 'count' as const,
            },
          ]
        : []),
    ],
  };
}

function userOf(
  group: GroupUse,
  topic: string,
  lags: readonly [number, number][],
): LiveUser | undefined {
  if (!isAlive(group)) {
    return undefined;
  }
  const reads = group.committed.has(topic);
  const members = group.members?.filter(({ topics }) =>
    topics ? topics.has(topic) : reads,
  );
  // Where the members stayed hidden, offsets are what is left to go by.
  if (members ? members.length === 0 : !reads) {
    return undefined;
  }
  return {
    name: group.id,
    kind: KINDS[group.type] ?? 'consumer group',
    count: members?.length ?? 1,
    detail: [
      group.state,
      ...(members ? [clientsOf(members)] : []),
      ...(lags.length > 0 ? [`lag ${total(lags)}`] : []),
    ].join(', '),
  };
}

function clientsOf(members: readonly GroupMember[]): string {
  const clients = [
    ...new Set(
      members.map(
        ({ clientId, host }) => `${clientId} at ${host.replace(/^\//, '')}`,
      ),
    ),
  ].sort();
  const more = clients.length - MOST_CLIENTS;
  return `${clients.slice(0, MOST_CLIENTS).join(', ')}${
    more > 0 ? ` and ${more} more` : ''
  }`;
}

/** By partition: how many records are after the committed place. */
function lagsOf(
  { committed }: GroupUse,
  topic: string,
  ends: ReadonlyMap<number, { offset: number }>,
): [number, number][] {
  return [...(committed.get(topic) ?? [])]
    .flatMap(([partition, offset]): [number, number][] => {
      const end = ends.get(partition);
      return end ? [[partition, Math.max(0, end.offset - offset)]] : [];
    })
    .sort(([left], [right]) => left - right);
}

function lagMeasures(
  group: string,
  lags: readonly [number, number][],
): Measure[] {
  if (lags.length === 0) {
    return [];
  }
  return [
    {
      name: 'lag',
      title: `Lag of group ${group}`,
      value: total(lags),
      unit: 'count',
      labels: { group },
    },
    ...lags.map(
      ([partition, lag]): Measure => ({
        name: 'partition-lag',
        title: `Lag of group ${group} in partition ${partition}`,
        value: lag,
        unit: 'count',
        labels: { group, partition: String(partition) },
      }),
    ),
  ];
}

function total(lags: readonly [number, number][]): number {
  return lags.reduce((sum, [, lag]) => sum + lag, 0);
}

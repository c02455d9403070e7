import type { Topic } from '../../client/topics';
import { isAlive } from './groupsOfTopics';
import type { ClusterGroups } from './groupsOfTopics';
import type { Look } from './Look';

const MOST_SHOWN = 5;

/** What a look did not show about a topic, and what it takes to see it. */
export function unseenBy(
  topic: Topic,
  { views, groups }: Look,
  ownPrincipal: string | undefined,
): string[] {
  const give = (what: string) =>
    `kafka-acls.sh --add --allow-principal ${
      ownPrincipal ?? 'User:<login>'
    } ${what}`;
  const seen = [...views.answers.values()];
  const producers = reasons(
    seen.map(({ producers: { refused } }) => refused.get(topic.name)),
  );
  const offsets = reasons(seen.map(({ refused }) => refused.get(topic.name)));
  const disks = reasons(seen.map(({ disk: { refused } }) => refused));
  const headless = topic.placement.filter(({ leader }) => leader < 0).length;
  return [
    ...(producers
      ? [
          `Producers by their ids (${producers}). It takes READ on the topic, which lets the portal's login read its data as well: ${give(
            `--topic ${topic.name} --operation READ`,
          )}`,
        ]
      : []),
    ...(offsets
      ? [
          `Offsets of some partitions (${offsets}). It takes DESCRIBE on the topic: ${give(
            `--topic ${topic.name} --operation DESCRIBE`,
          )}`,
        ]
      : []),
    ...(disks
      ? [
          `Size on disk (${disks}). It takes DESCRIBE on the cluster: ${give(
            '--cluster --operation DESCRIBE',
          )}`,
        ]
      : []),
    ...(headless > 0
      ? [`${headless} partitions, which have no leader just now.`]
      : []),
    ...[...new Map([...views.silent, ...groups.silent])]
      .sort()
      .map(
        ([id, why]) =>
          `What broker ${id} has of the topic, and the groups that it coordinates: ${why}`,
      ),
    ...groupsUnseen(groups, give),
  ];
}

function groupsUnseen(
  { groups, refused, told }: ClusterGroups,
  give: (what: string) => string,
): string[] {
  if (!told) {
    return [
      'Consumer groups: this Kafka does not tell their types apart, which takes 3.8 or newer.',
    ];
  }
  const forbidden = [...refused]
    .filter(([, why]) => why.endsWith('AUTHORIZATION_FAILED'))
    .map(([id]) => id);
  const others = [...refused].filter(([id]) => !forbidden.includes(id));
  const shared = groups
    .filter(group => group.type === 'share' && isAlive(group))
    .map(({ id }) => id);
  return [
    ...(forbidden.length > 0
      ? [
          `Members and offsets of ${named(
            forbidden,
          )}, which may use the topic. It takes DESCRIBE on the groups: ${give(
            "--group '*' --operation DESCRIBE",
          )}`,
        ]
      : []),
    ...(others.length > 0
      ? [
          `Members and offsets of ${named(
            others.map(([id, why]) => `${id} (${why})`),
          )} just now.`,
        ]
      : []),
    ...(shared.length > 0
      ? [
          `Members of share ${named(
            shared,
          )}, which may use the topic: the portal cannot look into share groups.`,
        ]
      : []),
  ];
}

function named(ids: readonly string[]): string {
  const more = ids.length - MOST_SHOWN;
  return `${ids.length === 1 ? 'group' : 'groups'} ${[...ids]
    .sort()
    .slice(0, MOST_SHOWN)
    .join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function reasons(
  sets: readonly (ReadonlySet<string> | undefined)[],
): string | undefined {
  const all = [...new Set(sets.flatMap(set => [...(set ?? [])]))].sort();
  return all.length > 0 ? all.join(', ') : undefined;
}

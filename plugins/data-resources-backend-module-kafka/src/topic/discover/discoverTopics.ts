import type { DiscoveryPage } from '@data-resources/plugin-data-resources-node';
import type { Deadline } from '../../client/Deadline';
import type { KafkaClient } from '../../client/KafkaClient';
import { describeTopicConfigs, listTopics } from '../../client/topics';
import type { Topic } from '../../client/topics';
import { groupsOfTopics } from '../inspect/groupsOfTopics';
import { specOf } from '../observeTopics';
import { readTopicAcls } from '../readTopicAcls';
import { whoseTopic } from './internalTopics';
import { ownerHints } from './ownerHints';

interface Tools {
  client: KafkaClient;
  deadline: Deadline;
  /** The portal's own login, which is no hint at an owner. */
  ownPrincipal?: string;
}

/**
 * A part of all topics, in the order of their names, whoever made them: three calls, and two
 * per broker for the groups.
 */
export async function discoverTopics(
  { client, deadline, ownPrincipal }: Tools,
  { after, limit }: { after?: string; limit: number },
): Promise<DiscoveryPage> {
  const { clusterId, brokers, topics } = await listTopics(
    client,
    deadline,
    null,
  );
  const rest = [...topics.keys()]
    .filter(name => after === undefined || name > after)
    .sort();
  const page = rest
    .slice(0, limit)
    .flatMap((name): Topic[] => [topics.get(name)!]);
  const [configs, acls, { groups }] = await Promise.all([
    describeTopicConfigs(
      client,
      deadline,
      page.map(({ name }) => name),
    ),
    readTopicAcls(client, deadline, null),
    groupsOfTopics(
      { client, deadline },
      page.length > 0 ? brokers : [],
      page.map(({ name, placement }) => ({
        name,
        partitions: placement.map(({ partition }) => partition),
      })),
      { members: false },
    ),
  ]);
  return {
    items: page.flatMap(topic => {
      const config = configs.get(topic.name);
      // Deleted between the two questions.
      if (!config) {
        return [];
      }
      const { name } = topic;
      const spec = specOf(topic, config);
      const internal = whoseTopic(topic, spec.config, other =>
        topics.has(other),
      );
      return [
        {
          name,
          identity: { clusterId, topicId: topic.topicId },
          spec,
          ...(internal ? { internal } : {}),
          hints: ownerHints(
            name,
            acls.covering(name),
            groups
              .filter(({ committed }) => committed.has(name))
              .map(({ id }) => id),
            ownPrincipal,
          ),
        },
      ];
    }),
    ...(rest.length > page.length ? { next: page[page.length - 1]?.name } : {}),
  };
}

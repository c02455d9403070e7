import { readTopicConfig } from '../../client/topicConfigs';
import type { Topic } from '../../client/topics';
import type { StepTools } from './StepHandler';

const MIN_INSYNC = 'min.insync.replicas';

/**
 * Why clients cannot use topics yet, by name; nothing of those that they can. A partition takes
 * records when it has a leader, and those with acks=all when as many replicas are in sync as
 * `min.insync.replicas` says, or all, if there are fewer.
 */
export async function unreadyTopics(
  topics: readonly Topic[],
  { client, deadline }: StepTools,
): Promise<Map<string, string>> {
  const behind = topics.filter(
    topic =>
      topic.ready &&
      topic.placement.some(
        ({ replicas, inSync }) => inSync.length < replicas.length,
      ),
  );
  const least = await readTopicConfig(
    client,
    deadline,
    behind.map(({ name }) => name),
    MIN_INSYNC,
  );
  return new Map(
    topics.flatMap((topic): [string, string][] => {
      if (!topic.ready) {
        return [[topic.name, 'not all of them have a leader yet']];
      }
      const wanted = Number(least.get(topic.name) ?? 1);
      const lacking = topic.placement.find(
        ({ replicas, inSync }) =>
          inSync.length < Math.min(wanted, replicas.length),
      );
      return lacking
        ? [
            [
              topic.name,
              `partition ${lacking.partition} has ${
                lacking.inSync.length
              } of ${Math.min(
                wanted,
                lacking.replicas.length,
              )} replicas in sync that writes with acks=all need (${MIN_INSYNC})`,
            ],
          ]
        : [];
    }),
  );
}

import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  ObjectRef,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { listAllTopics, listTopics } from '../../client/topics';
import type { Topic, TopicList } from '../../client/topics';
import type { StepTools } from './StepHandler';

/** The topics that stand under the names of the steps' objects. */
export async function listTopicsOf(
  steps: readonly StepCall[],
  { client, deadline }: StepTools,
): Promise<TopicList> {
  if (deadline.isShared) {
    return listAllTopics(client, deadline);
  }
  return listTopics(client, deadline, [
    ...new Set(steps.map(({ object }) => object.name)),
  ]);
}

/** The topic of this name, if it is the one that the ledger knows. */
export function ownTopic(
  { name, identity }: ObjectRef,
  { clusterId, topics }: TopicList,
): Topic | undefined {
  const topic = topics.get(name);
  return topic &&
    topic.topicId === identity?.topicId &&
    clusterId === identity.clusterId
    ? topic
    : undefined;
}

/**
 * The verdict where {@link ownTopic} found none.
 *
 * @param what - `nobody is given access to it`, and for a topic that is gone `to give access to`
 */
export function noOwnTopic(
  { name, identity }: ObjectRef,
  { topics }: TopicList,
  what: { other: string; gone: string },
): StepCheck {
  const topic = topics.get(name);
  return {
    state: 'failed',
    error: new ProviderError(
      'Conflict',
      topic
        ? `The topic ${name} that stands there now (topic id ${topic.topicId}) is not the one that the portal manages (topic id ${identity?.topicId}), so ${what.other}.`
        : `There is no topic ${name} any more ${what.gone}.`,
    ),
  };
}

import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { TopicList } from '../../client/topics';
import { listTopicsOf, ownTopic } from './ownTopic';
import type { StepArgs } from './StepArgs';
import type { StepHandler } from './StepHandler';

/** Proves that the topic which was looked at is there still. There is nothing to do to it. */
export const adoptTopic: StepHandler = {
  batchSize: 200,

  async check(steps, tools) {
    const list = await listTopicsOf(steps, tools);
    return new Map(steps.map(step => [step.key, checkOne(step, list)]));
  },

  async act() {
    return new Map();
  },
};

function checkOne({ object, args }: StepCall, list: TopicList): StepCheck {
  const { name } = object;
  const identity = args as StepArgs['adopt-topic'];
  if (ownTopic({ name, identity }, list)) {
    return { state: 'satisfied', identity };
  }
  const topic = list.topics.get(name);
  return {
    state: 'failed',
    error: new ProviderError(
      'Conflict',
      topic
        ? `The topic ${name} that stands there now (topic id ${topic.topicId}) is not the one that was to be adopted (topic id ${identity.topicId}). Look at it again, and ask anew.`
        : `There is no topic ${name} any more to adopt.`,
    ),
  };
}

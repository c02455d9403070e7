import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { TopicList } from '../../client/topics';
import { listTopicsOf, noOwnTopic, ownTopic } from './ownTopic';
import type { StepArgs } from './StepArgs';
import type { StepHandler } from './StepHandler';

/** Proves that the topic which was looked at is there still. There is nothing to do to it. */
export const adoptTopic: StepHandler = {
  batchSize: 100,

  async check(steps, tools) {
    const list = await listTopicsOf(steps, tools);
    return new Map(steps.map(step => [step.key, checkOne(step, list)]));
  },

  async act() {
    return new Map();
  },
};

function checkOne({ object, args }: StepCall, list: TopicList): StepCheck {
  const identity = args as StepArgs['adopt-topic'];
  const wanted = { name: object.name, identity };
  return ownTopic(wanted, list)
    ? { state: 'satisfied', identity }
    : noOwnTopic(wanted, list, {
        other: 'it is not adopted',
        gone: 'to adopt',
      });
}

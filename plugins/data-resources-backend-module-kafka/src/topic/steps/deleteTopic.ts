import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { deleteTopics } from '../../client/topics';
import type { TopicList } from '../../client/topics';
import { awaitEffect } from './awaitEffect';
import { listTopicsOf, ownTopic } from './ownTopic';
import type { StepHandler } from './StepHandler';

/** Deletes topics by id: one of the same name that is not ours is not touched. */
export const deleteTopic: StepHandler = {
  batchSize: 200,

  async check(steps, tools) {
    const list = await listTopicsOf(steps, tools);
    return new Map(steps.map(step => [step.key, checkOne(step, list)]));
  },

  async act(steps, tools) {
    const failures = await deleteTopics(
      tools.client,
      tools.deadline,
      steps.map(({ object }) => ({
        name: object.name,
        topicId: String(object.identity?.topicId),
      })),
    );
    const failed = new Map(
      steps.flatMap(({ key, object }) => {
        const failure = failures.get(String(object.identity?.topicId));
        return failure ? [[key, failure] as const] : [];
      }),
    );
    const answers = await awaitEffect(
      steps.filter(({ key }) => !failed.has(key)),
      tools,
      { check: open => deleteTopic.check(open, tools) },
    );
    return new Map([...answers, ...failed]);
  },
};

function checkOne({ object }: StepCall, list: TopicList): StepCheck {
  // Another id, another cluster or no record at all: ours is gone, or never was.
  return ownTopic(object, list)
    ? { state: 'pending', evidence: {} }
    : { state: 'satisfied' };
}

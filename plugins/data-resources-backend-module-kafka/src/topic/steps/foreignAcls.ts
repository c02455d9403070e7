import { changeAcls, checkAcls } from './aclSteps';
import { listTopicsOf } from './ownTopic';
import type { StepHandler } from './StepHandler';

/**
 * Removes ACLs of others on a topic that was deleted. Where another topic of the name stands by
 * now, they may be meant for that one and are left.
 */
export const removeForeignAcls: StepHandler = {
  batchSize: 200,

  async check(steps, tools) {
    const [checks, { topics }] = await Promise.all([
      checkAcls(steps, tools, 'absent'),
      listTopicsOf(steps, tools),
    ]);
    for (const { key, object } of steps) {
      const topic = topics.get(object.name);
      if (topic && topic.topicId !== object.identity?.topicId) {
        checks.set(key, { state: 'satisfied' });
      }
    }
    return checks;
  },

  act: (steps, tools) => changeAcls(removeForeignAcls, steps, tools, 'absent'),
};

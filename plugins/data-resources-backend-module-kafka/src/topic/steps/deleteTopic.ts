import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { deleteTopics, listTopics } from '../../client/topics';
import type { TopicList } from '../../client/topics';
import type { StepHandler, StepTools } from './StepHandler';

/** Deletes topics by id: one of the same name that is not ours is not touched. */
export const deleteTopic: StepHandler = {
  batchSize: 100,

  async check(steps, tools) {
    const list = await listOf(steps, tools);
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
    await awaitAbsence(
      steps.filter(({ key }) => !failed.has(key)),
      tools,
    );
    return failed;
  },
};

async function awaitAbsence(
  steps: readonly StepCall[],
  tools: StepTools,
): Promise<void> {
  if (steps.length === 0) {
    return;
  }
  try {
    await tools.deadline.until(async () => {
      const list = await listOf(steps, tools);
      return steps.every(step => checkOne(step, list).state === 'satisfied');
    });
  } catch (error) {
    // The check that follows tells.
    if (!isProviderError(error)) {
      throw error;
    }
  }
}

async function listOf(
  steps: readonly StepCall[],
  { client, deadline }: StepTools,
): Promise<TopicList> {
  return listTopics(client, deadline, [
    ...new Set(steps.map(({ object }) => object.name)),
  ]);
}

function checkOne({ object }: StepCall, list: TopicList): StepCheck {
  const topic = list.topics.get(object.name);
  const { identity } = object;
  // Another id, another cluster or no record at all: ours is gone, or never was.
  const ours =
    topic !== undefined &&
    topic.topicId === identity?.topicId &&
    list.clusterId === identity.clusterId;
  return ours ? { state: 'pending', evidence: {} } : { state: 'satisfied' };
}

import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { errorOf } from '../../client/protocolErrors';
import {
  listReassignments,
  reassignPartitions,
} from '../../client/reassignments';
import type { Reassignments } from '../../client/reassignments';
import { requestsOf } from '../../client/topics';
import type { TopicList } from '../../client/topics';
import { awaitEffect } from './awaitEffect';
import { listTopicsOf, noOwnTopic, ownTopic } from './ownTopic';
import type { StepArgs } from './StepArgs';
import type { StepHandler, StepTools } from './StepHandler';

/** Small topics are done by then; what takes longer goes on without holding others up. */
const LONGEST_WAIT_MS = 3_000;

/**
 * Brings partitions to given brokers. Copying may take hours: the step is not settled before it is
 * done, and says how far it is. Kafka takes a name here and no id, so that the check just before
 * is what keeps another topic of that name safe.
 */
export const reassign: StepHandler = {
  batchSize: 200,
  check,

  async act(steps, tools) {
    const failures = new Map<string, ProviderError>();
    const sized = steps.map(step => {
      const { replicas } = argsOf(step);
      return { step, partitions: replicas.length };
    });
    for (const request of requestsOf(sized)) {
      const group = request.map(({ step }) => step);
      for (const [key, failure] of await move(group, tools)) {
        failures.set(key, failure);
      }
    }
    const answers = await awaitEffect(
      steps.filter(({ key }) => !failures.has(key)),
      tools,
      {
        check: open => check(open, tools),
        patienceMs: LONGEST_WAIT_MS,
      },
    );
    return new Map([...answers, ...failures]);
  },
};

async function check(
  steps: readonly StepCall[],
  tools: StepTools,
): Promise<Map<string, StepCheck>> {
  // First what is under way: what ends between the two questions then shows as moving for one
  // look more, and never as done too early.
  const moving = await listReassignments(tools.client, tools.deadline);
  const list = await listTopicsOf(steps, tools);
  return new Map(steps.map(step => [step.key, checkOne(step, list, moving)]));
}

/** A failure is one of this request only: what earlier ones began goes on. */
async function move(
  steps: readonly StepCall[],
  { client, deadline }: StepTools,
): Promise<[string, ProviderError][]> {
  try {
    const refusals = await reassignPartitions(
      client,
      deadline,
      steps.map(step => ({ name: step.object.name, ...argsOf(step) })),
    );
    return steps.flatMap(({ key, object }): [string, ProviderError][] => {
      const refusal = refusals.get(object.name);
      return refusal
        ? [
            [
              key,
              errorOf(refusal, {
                doing: `reassign the partitions of topic ${object.name}`,
                mode: 'write',
                needs: 'ALTER on the cluster',
              }),
            ],
          ]
        : [];
    });
  } catch (error) {
    if (!isProviderError(error)) {
      throw error;
    }
    return steps.map(({ key }) => [key, error]);
  }
}

function checkOne(
  step: StepCall,
  list: TopicList,
  reassignments: Reassignments,
): StepCheck {
  const { name } = step.object;
  const topic = ownTopic(step.object, list);
  if (!topic) {
    return noOwnTopic(step.object, list, {
      other: 'its replicas are left where they are',
      gone: 'to move replicas of',
    });
  }
  const { replicas: wanted } = argsOf(step);
  const targets = reassignments.get(name) ?? new Map<number, number[]>();
  const strange = [...targets].filter(
    ([partition, target]) => !isSame(target, wanted[partition]),
  );
  if (strange.length > 0) {
    return unsettled(
      `Somebody else is moving partitions of topic ${name}, e.g. partition ${
        strange[0][0]
      } to brokers ${strange[0][1].join(
        ',',
      )}. That is not overwritten: the portal goes on when it is done, or cancelled (kafka-reassign-partitions.sh --cancel).`,
    );
  }
  const now = new Map(
    topic.placement.map(({ partition, replicas }) => [partition, replicas]),
  );
  const away = wanted.filter(
    (replicas, partition) =>
      !targets.has(partition) && !isSame(now.get(partition) ?? [], replicas),
  );
  if (away.length > 0) {
    return { state: 'pending', evidence: {} };
  }
  return targets.size === 0
    ? { state: 'satisfied' }
    : unsettled(progressOf(name, wanted, targets, list));
}

function progressOf(
  name: string,
  wanted: readonly (readonly number[])[],
  targets: ReadonlyMap<number, readonly number[]>,
  { brokers }: TopicList,
): string {
  const running = new Set(brokers.map(({ id }) => id));
  const absent = [...new Set([...targets.values()].flat())]
    .filter(id => !running.has(id))
    .sort((left, right) => left - right);
  const done = wanted.length - targets.size;
  const progress = `${done} of ${wanted.length} partitions of topic ${name} are on their brokers; Kafka is at work on the others.`;
  return absent.length === 0
    ? progress
    : `${progress} It waits for ${
        absent.length === 1 ? 'broker' : 'brokers'
      } ${absent.join(', ')}, which ${
        absent.length === 1 ? 'does' : 'do'
      } not run. If that is for good, unregister what is gone (kafka-cluster.sh unregister) and cancel the reassignment (kafka-reassign-partitions.sh --cancel); this request then fails, and can be asked for anew.`;
}

function unsettled(message: string): StepCheck {
  return { state: 'failed', error: new ProviderError('Unknown', message) };
}

function isSame(
  left: readonly number[],
  right: readonly number[] | undefined,
): boolean {
  return (
    right !== undefined &&
    left.length === right.length &&
    left.every((id, index) => id === right[index])
  );
}

function argsOf(step: StepCall): StepArgs['reassign'] {
  return step.args as StepArgs['reassign'];
}

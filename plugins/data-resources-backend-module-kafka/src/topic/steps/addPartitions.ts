import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { createPartitions } from '../../client/alterTopics';
import { ErrorCodes, errorOf } from '../../client/protocolErrors';
import { requestsOf } from '../../client/topics';
import type { TopicList } from '../../client/topics';
import { awaitEffect } from './awaitEffect';
import { listTopicsOf, noOwnTopic, ownTopic } from './ownTopic';
import { unreadyTopics } from './readiness';
import type { StepArgs } from './StepArgs';
import type { StepHandler, StepTools } from './StepHandler';

/**
 * Brings topics to a number of partitions. A topic that has more by now is left as it is, for
 * partitions cannot be taken away. Kafka takes a name here and no id, so that the check just
 * before is what keeps another topic of that name safe.
 */
export const addPartitions: StepHandler = {
  batchSize: 200,

  check,

  async act(steps, tools) {
    const failures = new Map<string, ProviderError>();
    for (const request of requestsOf(steps.map(toGrowth))) {
      for (const [key, failure] of await grow(request, tools)) {
        failures.set(key, failure);
      }
    }
    // Clients cannot use a partition before it has a leader, which is after the acknowledgement.
    const answers = await awaitEffect(
      steps.filter(({ key }) => !failures.has(key)),
      tools,
      { check: open => check(open, tools) },
    );
    return new Map([...answers, ...failures]);
  },
};

type Growth = { key: string; name: string } & StepArgs['add-partitions'];

/** A failure is one of this request only: what earlier ones made stays made. */
async function grow(
  request: readonly Growth[],
  { client, deadline }: StepTools,
): Promise<[string, ProviderError][]> {
  try {
    const refusals = await createPartitions(client, deadline, request, {
      validateOnly: false,
    });
    return request.flatMap(({ key, name }): [string, ProviderError][] => {
      const refusal = refusals.get(name);
      // There are as many already: the check tells whether that is what was asked for.
      return !refusal || refusal.errorCode === ErrorCodes.INVALID_PARTITIONS
        ? []
        : [
            [
              key,
              errorOf(refusal, {
                doing: `create partitions of topic ${name}`,
                mode: 'write',
                needs: 'ALTER on the topic',
              }),
            ],
          ];
    });
  } catch (error) {
    if (!isProviderError(error)) {
      throw error;
    }
    return request.map(({ key }) => [key, error]);
  }
}

async function check(
  steps: readonly StepCall[],
  tools: StepTools,
): Promise<Map<string, StepCheck>> {
  const list = await listTopicsOf(steps, tools);
  const unready = await unreadyTopics(
    steps.flatMap(({ object }) => ownTopic(object, list) ?? []),
    tools,
  );
  return new Map(
    steps.map(step => [
      step.key,
      checkOne(step, list, unready.get(step.object.name)),
    ]),
  );
}

function checkOne(
  step: StepCall,
  list: TopicList,
  unready: string | undefined,
): StepCheck {
  const topic = ownTopic(step.object, list);
  if (!topic) {
    return noOwnTopic(step.object, list, {
      other: 'it is given no partitions',
      gone: 'to give partitions to',
    });
  }
  if (topic.partitions < toGrowth(step).partitions) {
    return { state: 'pending', evidence: {} };
  }
  return unready === undefined
    ? { state: 'satisfied' }
    : {
        state: 'failed',
        error: new ProviderError(
          'Unknown',
          `Topic ${topic.name} has ${topic.partitions} partitions, and ${unready}.`,
        ),
      };
}

function toGrowth({ key, object, args }: StepCall): Growth {
  return { key, name: object.name, ...(args as StepArgs['add-partitions']) };
}

import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type {
  StepAnswer,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { ErrorCodes, errorOf } from '../../client/protocolErrors';
import {
  createTopics,
  describeTopicConfigs,
  requestsOf,
} from '../../client/topics';
import type { NewTopic, Topic, TopicConfigEntry } from '../../client/topics';
import { awaitEffect } from './awaitEffect';
import { differenceOf } from './creationDifference';
import { listTopicsOf } from './ownTopic';
import { unreadyTopics } from './readiness';
import type { StepArgs } from './StepArgs';
import type { StepHandler, StepTools } from './StepHandler';

/** What the check before an attempt saw; recorded with the intent. */
const ABSENT = { topicExists: false };

/**
 * Creates topics. The topic id is the identity: it is the one that our own create was answered
 * with, or, when that answer was lost, that of a topic that was not there before and is exactly
 * what was asked for.
 */
export const createTopic: StepHandler = {
  batchSize: 200,

  async check(steps, tools) {
    const { client, deadline } = tools;
    const { clusterId, topics } = await listTopicsOf(steps, tools);
    const found = steps.filter(({ object }) => topics.has(object.name));
    const configs = await describeTopicConfigs(client, deadline, [
      ...new Set(found.filter(mayBeOurs).map(({ object }) => object.name)),
    ]);
    const unready = await unreadyTopics(
      found.flatMap(({ object }) => topics.get(object.name) ?? []),
      tools,
    );
    return new Map(
      steps.map(step => [
        step.key,
        checkOne(
          step,
          clusterId,
          topics.get(step.object.name),
          configs.get(step.object.name),
          unready.get(step.object.name),
        ),
      ]),
    );
  },

  async act(steps, tools) {
    const failures = new Map<string, ProviderError>();
    const topicIds = new Map<string, string>();
    for (const request of requestsOf(steps.map(toNewTopic))) {
      for (const [key, answer] of await create(request, tools)) {
        if (typeof answer === 'string') {
          topicIds.set(key, answer);
        } else {
          failures.set(key, answer);
        }
      }
    }
    const answers: Map<string, StepAnswer> = await awaitEffect(
      steps.filter(({ key }) => topicIds.has(key)),
      tools,
      { check: open => checkCreated(open, topicIds, tools) },
    );
    return new Map([...answers, ...failures]);
  },
};

/**
 * Answers with the ids of the new topics, by key. A failure is one of this request only: what
 * earlier ones created stays created.
 */
async function create(
  request: readonly (NewTopic & { key: string })[],
  { client, deadline }: StepTools,
): Promise<[string, string | ProviderError][]> {
  try {
    const created = await createTopics(client, deadline, request, {
      validateOnly: false,
    });
    return request.map(({ key, name }) => {
      const answer = created.get(name);
      return [
        key,
        answer?.errorCode === ErrorCodes.NONE
          ? answer.topicId
          : failureOf(name, answer),
      ];
    });
  } catch (error) {
    if (!isProviderError(error)) {
      throw error;
    }
    return request.map(({ key }) => [key, error]);
  }
}

/**
 * Whether the topics with the ids that were answered are there. Clients cannot use them before their
 * partitions have leaders and enough replicas, which is after the acknowledgement.
 */
async function checkCreated(
  steps: readonly StepCall[],
  topicIds: ReadonlyMap<string, string>,
  tools: StepTools,
): Promise<Map<string, StepCheck>> {
  const { clusterId, topics } = await listTopicsOf(steps, tools);
  const unready = await unreadyTopics(
    steps.flatMap(({ object }) => topics.get(object.name) ?? []),
    tools,
  );
  return new Map(
    steps.map(({ key, object }): [string, StepCheck] => {
      const topic = topics.get(object.name);
      if (!topic) {
        return [key, { state: 'pending', evidence: ABSENT }];
      }
      const topicId = topicIds.get(key);
      return [
        key,
        topic.topicId === topicId
          ? readyOrNot(topic, clusterId, unready.get(object.name))
          : conflict(
              topic,
              `it is not the one that the portal created a moment ago (topic id ${topicId}): somebody deleted that one and created their own. Ask the platform team to adopt it, or choose another name`,
            ),
      ];
    }),
  );
}

function checkOne(
  step: StepCall,
  clusterId: string,
  topic: Topic | undefined,
  config: ReadonlyMap<string, TopicConfigEntry> | undefined,
  unready: string | undefined,
): StepCheck {
  const { identity } = step.object;
  if (!topic) {
    return { state: 'pending', evidence: ABSENT };
  }
  const recorded =
    identity?.topicId === topic.topicId && identity.clusterId === clusterId;
  if (!recorded) {
    if (!mayBeOurs(step)) {
      return conflict(
        topic,
        'the portal did not create it. Ask the platform team to adopt it, or choose another name',
      );
    }
    if (!config) {
      // Deleted between the two questions; to be looked at again.
      return unsettled(`Topic ${topic.name} vanished while it was looked at.`);
    }
    const difference = differenceOf(toNewTopic(step), topic, config);
    if (difference) {
      return conflict(
        topic,
        `it is not what the portal asked for: ${difference}. Somebody else created it while the portal's own attempt was under way. Ask the platform team to adopt it, or choose another name`,
      );
    }
  }
  return readyOrNot(topic, clusterId, unready);
}

function readyOrNot(
  topic: Topic,
  clusterId: string,
  unready: string | undefined,
): StepCheck {
  return unready
    ? unsettled(
        `Topic ${topic.name} is created with ${topic.partitions} partitions, and ${unready}.`,
      )
    : { state: 'satisfied', identity: { clusterId, topicId: topic.topicId } };
}

/** There is an open intent, and before it the topic was not there. */
function mayBeOurs({ intent }: StepCall): boolean {
  return intent?.evidence.topicExists === false;
}

function unsettled(message: string): StepCheck {
  return { state: 'failed', error: new ProviderError('Unknown', message) };
}

function conflict(topic: Topic, why: string): StepCheck {
  return {
    state: 'failed',
    error: new ProviderError(
      'Conflict',
      `There is a topic ${topic.name} already (topic id ${topic.topicId}, ${topic.partitions} partitions, replication factor ${topic.replicationFactor}), and ${why}.`,
    ),
  };
}

function toNewTopic(step: StepCall): NewTopic & { key: string } {
  const args = step.args as StepArgs['create-topic'];
  return { key: step.key, name: step.object.name, ...args };
}

function failureOf(
  name: string,
  answer: { errorCode: number; errorMessage?: string | null } | undefined,
): ProviderError {
  return answer
    ? errorOf(answer, {
        doing: `create topic ${name}`,
        mode: 'write',
        needs: 'CREATE on the cluster',
      })
    : new ProviderError(
        'Unknown',
        `Kafka's answer to the creation of several topics says nothing about ${name}.`,
      );
}

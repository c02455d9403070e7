import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import { alterTopicConfigs, createPartitions } from '../client/alterTopics';
import type { Refusal, TopicConfigChange } from '../client/alterTopics';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import { ErrorCodes, errorName, errorOf } from '../client/protocolErrors';
import { createTopics, requestsOf } from '../client/topics';
import type {
  CreatedTopic,
  TopicConfigEntry,
  TopicList,
} from '../client/topics';
import type { KafkaTopicSpec } from './KafkaTopicSpec';
import { sameTopicConfig } from './topicConfigValues';
import type { TopicFacts } from './topicFacts';

type DryRuns = Map<string, TopicFacts['dryRun']>;

const BATCH = 200;

/** What the broker says to a creation that is only validated, for those that are to become something. */
export async function tryToCreate(
  client: KafkaClient,
  deadline: Deadline,
  objects: readonly ObjectRef[],
): Promise<Map<string, CreatedTopic>> {
  const found = new Map<string, CreatedTopic>();
  const topics = objects.flatMap(({ name, desired }) =>
    desired ? [{ name, ...(desired as KafkaTopicSpec) }] : [],
  );
  for (const batch of batchesOf(topics)) {
    for (const request of requestsOf(batch)) {
      const answers = await createTopics(client, deadline, request, {
        validateOnly: true,
      });
      answers.forEach((answer, name) => found.set(name, answer));
    }
  }
  return found;
}

/** What stands against the creation of topics. Of those that are there already it says nothing. */
export function verdictsOf(
  answers: Iterable<[string, CreatedTopic]>,
  isAbsent: (name: string) => boolean,
): DryRuns {
  const verdicts: DryRuns = new Map();
  for (const [name, answer] of answers) {
    if (answer.errorCode !== ErrorCodes.NONE && isAbsent(name)) {
      verdicts.set(
        name,
        verdictOf(answer, { doing: `try to create topic ${name}` }),
      );
    }
  }
  return verdicts;
}

/**
 * What the broker would say to a change, for our topics that are to become another. Settings
 * that are to be reset are not among it: what was agreed before is not known here.
 */
export async function tryToChange(
  client: KafkaClient,
  deadline: Deadline,
  objects: readonly ObjectRef[],
  found: {
    list: TopicList;
    configs: ReadonlyMap<string, ReadonlyMap<string, TopicConfigEntry>>;
  },
): Promise<DryRuns> {
  const verdicts: DryRuns = new Map();
  const note = (
    refusals: ReadonlyMap<string, Refusal>,
    what: string,
    needs: string,
  ) => {
    for (const [name, refusal] of refusals) {
      if (refusal.errorCode !== ErrorCodes.UNKNOWN_TOPIC_OR_PARTITION) {
        verdicts.set(
          name,
          verdictOf(refusal, { doing: `try to change ${what} ${name}`, needs }),
        );
      }
    }
  };
  const { growing, altered } = changesOf(objects, found);
  for (const batch of batchesOf(growing)) {
    for (const request of requestsOf(batch)) {
      note(
        await createPartitions(client, deadline, request, {
          validateOnly: true,
        }),
        'the partitions of topic',
        'ALTER on the topic',
      );
    }
  }
  for (const batch of batchesOf(altered)) {
    note(
      await alterTopicConfigs(client, deadline, new Map(batch), {
        validateOnly: true,
      }),
      'the settings of topic',
      'ALTER_CONFIGS on the topic',
    );
  }
  return verdicts;
}

function changesOf(
  objects: readonly ObjectRef[],
  { list, configs }: Parameters<typeof tryToChange>[3],
) {
  const growing: { name: string; partitions: number }[] = [];
  const altered: [string, TopicConfigChange][] = [];
  for (const { name, identity, desired } of objects) {
    const topic = list.topics.get(name);
    const own = configs.get(name);
    if (!desired || !own || !topic || topic.topicId !== identity?.topicId) {
      continue;
    }
    const { partitions, config } = desired as KafkaTopicSpec;
    if (partitions > topic.partitions) {
      growing.push({ name, partitions });
    }
    const set = Object.entries(config).filter(([key, value]) => {
      const has = own.get(key);
      return !has || !sameTopicConfig(value, has.value);
    });
    if (set.length > 0) {
      altered.push([name, { set: Object.fromEntries(set), reset: [] }]);
    }
  }
  return { growing, altered };
}

function verdictOf(
  { errorCode, errorMessage }: Refusal,
  options: { doing: string; needs?: string },
): TopicFacts['dryRun'] {
  const error = errorOf(
    { errorCode, errorMessage },
    { ...options, mode: 'read' },
  );
  if (error.retryable) {
    // Of the cluster's state just now, not of the topic: no verdict.
    throw error;
  }
  return error.reason === 'Unauthorized'
    ? { error: errorName(errorCode), message: error.message, isOfLogin: true }
    : { error: errorName(errorCode), message: errorMessage ?? '' };
}

function batchesOf<T>(items: readonly T[]): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from < items.length; from += BATCH) {
    batches.push(items.slice(from, from + BATCH));
  }
  return batches;
}

import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  ObjectRef,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import { coversName, describeAcls } from '../client/acls';
import type { Acl } from '../client/acls';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import { ErrorCodes, errorName, errorOf } from '../client/protocolErrors';
import {
  createTopics,
  describeTopicConfigs,
  listTopics,
  requestsOf,
} from '../client/topics';
import type { TopicConfigEntry, TopicList } from '../client/topics';
import type { KafkaTopicSpec } from './KafkaTopicSpec';
import { normaliseTopicName } from './topicNames';
import type { TopicFacts } from './topicFacts';

/** Up to here ACLs are asked for by name; beyond, all ACLs on topics are read at once. */
const FEW_NAMES = 4;
const DRY_RUN_BATCH = 100;

/** Looks at many topics in three to five calls, however many there are. */
export async function observeTopics(
  client: KafkaClient,
  deadline: Deadline,
  objects: readonly ObjectRef[],
): Promise<Map<string, Observation>> {
  if (objects.length === 0) {
    return new Map();
  }
  const names = [...new Set(objects.map(({ name }) => name))];
  const [list, acls] = await Promise.all([
    listTopics(client, deadline, null),
    readTopicAcls(client, deadline, names),
  ]);
  const present = names.filter(name => list.topics.has(name));
  const [configs, dryRuns] = await Promise.all([
    describeTopicConfigs(client, deadline, present),
    tryToCreate(
      client,
      deadline,
      objects.filter(({ name }) => !list.topics.has(name)),
    ),
  ]);
  const alike = groupAlike(list);
  return new Map(
    objects.map(object => {
      const { name } = object;
      const dryRun = dryRuns.get(name);
      const facts: TopicFacts = {
        acls: acls.filter(acl => coversName(acl, name)),
        collisions: (alike.get(normaliseTopicName(name)) ?? []).filter(
          other => other !== name,
        ),
        ...(dryRun ? { dryRun } : {}),
      };
      return [name, observationOf(object, list, configs.get(name), facts)];
    }),
  );
}

function observationOf(
  { name, identity }: ObjectRef,
  { clusterId, topics }: TopicList,
  config: ReadonlyMap<string, TopicConfigEntry> | undefined,
  facts: TopicFacts,
): Observation {
  const topic = topics.get(name);
  // A topic that is listed and has no settings was deleted between the two questions.
  if (!topic || !config) {
    return { exists: false, ours: false, facts };
  }
  const { topicId, partitions, replicationFactor } = topic;
  return {
    exists: true,
    identity: { clusterId, topicId },
    ours: identity?.topicId === topicId && identity.clusterId === clusterId,
    spec: {
      partitions,
      replicationFactor,
      config: Object.fromEntries(
        [...config].map(([key, { value }]) => [key, value]),
      ),
    },
    facts,
  };
}

async function readTopicAcls(
  client: KafkaClient,
  deadline: Deadline,
  names: readonly string[],
): Promise<Acl[]> {
  const filters =
    names.length <= FEW_NAMES
      ? names.map(resourceName => ({
          resourceName,
          patternType: 'MATCH' as const,
        }))
      : [{}];
  try {
    const found = await Promise.all(
      filters.map(filter =>
        describeAcls(client, deadline, { ...filter, resourceType: 'TOPIC' }),
      ),
    );
    return found.flat();
  } catch (error) {
    // Without an authorizer there are no ACLs; the preflight says what that means.
    if (isProviderError(error) && error.reason === 'Unsupported') {
      return [];
    }
    throw error;
  }
}

/** What the broker would say to a creation, for those that are to be created. */
async function tryToCreate(
  client: KafkaClient,
  deadline: Deadline,
  objects: readonly ObjectRef[],
): Promise<Map<string, TopicFacts['dryRun']>> {
  const verdicts = new Map<string, TopicFacts['dryRun']>();
  const topics = objects.flatMap(({ name, desired }) =>
    desired ? [{ name, ...(desired as KafkaTopicSpec) }] : [],
  );
  for (let from = 0; from < topics.length; from += DRY_RUN_BATCH) {
    const batch = topics.slice(from, from + DRY_RUN_BATCH);
    for (const request of requestsOf(batch)) {
      const answers = await createTopics(client, deadline, request, {
        validateOnly: true,
      });
      for (const [name, { errorCode, errorMessage }] of answers) {
        if (errorCode !== ErrorCodes.NONE) {
          const error = errorOf(
            { errorCode, errorMessage },
            { doing: `try to create topic ${name}`, mode: 'read' },
          );
          if (error.retryable) {
            // Of the cluster's state just now, not of the topic: no verdict.
            throw error;
          }
          verdicts.set(name, {
            error: errorName(errorCode),
            message: errorMessage ?? '',
          });
        }
      }
    }
  }
  return verdicts;
}

function groupAlike({ topics }: TopicList): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of [...topics.keys()].sort()) {
    const normalised = normaliseTopicName(name);
    const group = groups.get(normalised);
    if (group) {
      group.push(name);
    } else {
      groups.set(normalised, [name]);
    }
  }
  return groups;
}

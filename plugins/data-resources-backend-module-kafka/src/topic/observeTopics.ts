import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  ObjectRef,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import { coversName, describeAcls } from '../client/acls';
import type { Acl } from '../client/acls';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import { describeTopicConfigs, listTopics } from '../client/topics';
import type { TopicConfigEntry, TopicList } from '../client/topics';
import { tryToChange, tryToCreate } from './dryRuns';
import { normaliseTopicName } from './topicNames';
import type { TopicFacts } from './topicFacts';

/** Up to here ACLs are asked for by name; beyond, all ACLs on topics are read at once. */
const FEW_NAMES = 4;

/** Looks at many topics in three to seven calls, however many there are. */
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
  const [configs, creations] = await Promise.all([
    describeTopicConfigs(client, deadline, present),
    tryToCreate(
      client,
      deadline,
      objects.filter(({ name }) => !list.topics.has(name)),
    ),
  ]);
  const dryRuns = new Map([
    ...creations,
    ...(await tryToChange(client, deadline, objects, { list, configs })),
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

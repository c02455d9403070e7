import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  ObjectRef,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import type { Deadline } from '../client/Deadline';
import type { KafkaClient } from '../client/KafkaClient';
import { configTypes } from '../client/topicConfigs';
import {
  describeTopicConfigs,
  listAllTopics,
  listTopics,
} from '../client/topics';
import type { Topic, TopicConfigEntry, TopicList } from '../client/topics';
import { whoseTopic } from './discover/internalTopics';
import { tryToChange, tryToCreate, verdictsOf } from './dryRuns';
import type { KafkaTopicSpec } from './KafkaTopicSpec';
import { movingPartitions, placementOf, sizesToCopy } from './observePlacement';
import { readTopicAcls } from './readTopicAcls';
import { normaliseTopicName } from './topicNames';
import type { TopicFacts } from './topicFacts';

/** A key that every topic has. */
const ANY_KEY = 'cleanup.policy';

/**
 * Looks at many topics in three to eight calls, however many there are, and in one more per broker
 * where copies are asked for. Those that most likely are needed are sent at once: the settings of
 * topics that the ledger knows, and the creation of others, of which only a listing that comes
 * without them lets the answer count.
 */
export async function observeTopics(
  client: KafkaClient,
  deadline: Deadline,
  objects: readonly ObjectRef[],
): Promise<Map<string, Observation>> {
  if (objects.length === 0) {
    return new Map();
  }
  const names = [...new Set(objects.map(({ name }) => name))];
  const known = objects.filter(({ identity }) => identity !== undefined);
  const fresh = objects.filter(({ identity }) => identity === undefined);
  const [list, acls, knownConfigs, freshAnswers] = await Promise.all([
    objects.every(isRecorded) && !deadline.isShared
      ? listTopics(client, deadline, names)
      : listAllTopics(client, deadline),
    readTopicAcls(client, deadline, objects.some(hasPrefix) ? null : names),
    configsOfKnown(client, deadline, known),
    tryToCreate(client, deadline, fresh),
  ]);
  const isAbsent = (name: string) => !list.topics.has(name);
  const [otherConfigs, otherAnswers, reassignments, types] = await Promise.all([
    describeTopicConfigs(
      client,
      deadline,
      names.filter(name => !isAbsent(name) && !knownConfigs.has(name)),
    ),
    tryToCreate(
      client,
      deadline,
      known.filter(({ name }) => isAbsent(name)),
    ),
    movingPartitions(client, deadline, list),
    typesToAskFor(client, deadline, objects, list),
  ]);
  const configs = new Map([...knownConfigs, ...otherConfigs]);
  const [changes, sizes] = await Promise.all([
    tryToChange(client, deadline, objects, { list, configs }),
    sizesToCopy(client, deadline, objects, list),
  ]);
  const dryRuns = new Map([
    ...verdictsOf([...freshAnswers, ...otherAnswers], isAbsent),
    ...changes,
  ]);
  const alike = await deadline.once('topics that are named alike', async () =>
    groupAlike(list),
  );
  return new Map(
    objects.map(object => {
      const { name, prefixes = [] } = object;
      const dryRun = dryRuns.get(name);
      const topic = list.topics.get(name);
      const placement = topic && placementOf(topic, reassignments);
      const internal = internalOf(name, list, configs.get(name));
      const facts: TopicFacts = {
        acls: acls.covering(name),
        prefixed: prefixes
          .flatMap(prefix => acls.overlapping(prefix))
          .filter(({ resourceName }) => !name.startsWith(resourceName)),
        collisions: (alike.get(normaliseTopicName(name)) ?? []).filter(
          other => other !== name,
        ),
        ...(dryRun ? { dryRun } : {}),
        ...(internal ? { internal } : {}),
        ...placement,
        ...(object.desired ? { configTypes: types } : {}),
        ...(sizes.has(name) ? { bytes: sizes.get(name) } : {}),
      };
      const observation = observationOf(object, list, configs.get(name), facts);
      return [
        name,
        {
          ...observation,
          ...(deadline.isShared && object.declared ? { partial: true } : {}),
          ...(hasPrefix(object) ? { covered: coveredBy(object, list) } : {}),
        },
      ];
    }),
  );
}

/** Kafka tells the types of an existing topic's settings only; any one will do. */
async function typesToAskFor(
  client: KafkaClient,
  deadline: Deadline,
  objects: readonly ObjectRef[],
  { topics }: TopicList,
): Promise<TopicFacts['configTypes']> {
  const [name] = topics.keys();
  return name !== undefined && objects.some(({ desired }) => desired)
    ? Object.fromEntries(await configTypes(client, deadline, name))
    : {};
}

/** The settings of topics that most likely are there; of the others the listing tells. */
async function configsOfKnown(
  client: KafkaClient,
  deadline: Deadline,
  objects: readonly ObjectRef[],
): Promise<Map<string, Map<string, TopicConfigEntry>>> {
  try {
    return await describeTopicConfigs(
      client,
      deadline,
      [...new Set(objects.map(({ name }) => name))],
      deadline.isShared ? declaredKeys(objects) : undefined,
    );
  } catch (error) {
    // It may be about topics that are gone, of which Kafka says that as well.
    if (isProviderError(error) && error.reason === 'Unauthorized') {
      return new Map();
    }
    throw error;
  }
}

/** Of one that is ours nobody asks what else there is: its name was judged when it was created. */
function isRecorded(object: ObjectRef): boolean {
  return object.identity !== undefined && !hasPrefix(object);
}

/** The only settings that count where topics are compared; Kafka takes no key for all of them. */
function declaredKeys(objects: readonly ObjectRef[]): Map<string, string[]> {
  return new Map(
    objects.flatMap(({ name, declared }): [string, string[]][] =>
      declared
        ? [[name, [ANY_KEY, ...Object.keys(declared.config ?? {})]]]
        : [],
    ),
  );
}

function hasPrefix({ prefixes = [] }: ObjectRef): boolean {
  return prefixes.length > 0;
}

/** Other topics that begin so, where `.` counts as `_`. */
function coveredBy(
  { name, prefixes = [] }: ObjectRef,
  { topics }: TopicList,
): string[] {
  const normalised = prefixes.map(normaliseTopicName);
  return [...topics.keys()]
    .filter(
      other =>
        other !== name &&
        normalised.some(prefix => normaliseTopicName(other).startsWith(prefix)),
    )
    .sort();
}

function observationOf(
  { name, identity }: ObjectRef,
  { clusterId, topics }: TopicList,
  config: ReadonlyMap<string, TopicConfigEntry> | undefined,
  facts: TopicFacts,
): Observation {
  const topic = topics.get(name);
  // A topic that is listed and has no settings came or went while it was looked at.
  if (!topic || !config) {
    return { exists: false, ours: false, facts };
  }
  const { topicId } = topic;
  return {
    exists: true,
    identity: { clusterId, topicId },
    ours: identity?.topicId === topicId && identity.clusterId === clusterId,
    spec: {
      ...specOf(topic, config),
      // While partitions are being moved, Kafka lists old and new replicas together.
      replicationFactor: Math.max(
        0,
        ...(facts.placement ?? []).map(replicas => replicas.length),
      ),
    },
    facts,
  };
}

function internalOf(
  name: string,
  { topics }: TopicList,
  config: ReadonlyMap<string, TopicConfigEntry> | undefined,
): string | undefined {
  const topic = topics.get(name);
  return topic && config
    ? whoseTopic(topic, specOf(topic, config).config, other =>
        topics.has(other),
      )
    : undefined;
}

/** A topic as it stands, in the type's own words. */
export function specOf(
  { partitions, replicationFactor }: Topic,
  config: ReadonlyMap<string, TopicConfigEntry>,
): KafkaTopicSpec {
  return {
    partitions,
    replicationFactor,
    config: Object.fromEntries(
      [...config].map(([key, { value }]) => [key, value]),
    ),
  };
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

import type {
  Inspection,
  LiveUser,
  ObjectRef,
} from '@data-resources/plugin-data-resources-node';
import { askBrokers } from '../../client/askBrokers';
import type { Deadline } from '../../client/Deadline';
import type { KafkaClient } from '../../client/KafkaClient';
import { listTopics } from '../../client/topics';
import type { Topic } from '../../client/topics';
import { groupsOfTopics } from './groupsOfTopics';
import { consumerUse } from './consumerUse';
import { lookAtBroker } from './lookAtBroker';
import { RECENT_MS } from './Look';
import type { Look } from './Look';
import { producerUse } from './producerUse';
import { unseenBy } from './unseen';

interface Tools {
  client: KafkaClient;
  deadline: Deadline;
  /** The portal's own login, for what it is told to be given; e.g. `User:data-resources`. */
  ownPrincipal?: string;
}

/**
 * Who uses topics, and how much: one call, and up to eleven more per broker, however many topics
 * and groups there are (per 500 of them).
 */
export async function inspectTopics(
  { client, deadline, ownPrincipal }: Tools,
  objects: readonly ObjectRef[],
): Promise<Map<string, Inspection>> {
  if (objects.length === 0) {
    return new Map();
  }
  const names = [...new Set(objects.map(({ name }) => name))];
  const { brokers, topics } = await listTopics(client, deadline, names);
  const present = names.flatMap(name => topics.get(name) ?? []);
  if (present.length === 0) {
    return new Map(names.map(name => [name, nothing()]));
  }
  const now = Date.now();
  const [views, groups] = await Promise.all([
    askBrokers(brokers, deadline, broker =>
      lookAtBroker(client, broker, deadline, present, now - RECENT_MS),
    ),
    groupsOfTopics(
      { client, deadline },
      brokers,
      present.map(({ name, placement }) => ({
        name,
        partitions: placement.map(({ partition }) => partition),
      })),
      { members: true },
    ),
  ]);
  const look: Look = { views, groups, now };
  return new Map(
    names.map(name => {
      const topic = topics.get(name);
      return [
        name,
        topic ? inspectionOf(topic, look, ownPrincipal) : nothing(),
      ];
    }),
  );
}

function nothing(): Inspection {
  return { users: [], measures: [], unseen: [] };
}

function inspectionOf(
  topic: Topic,
  look: Look,
  ownPrincipal: string | undefined,
): Inspection {
  const producers = producerUse(topic, look);
  const consumers = consumerUse(topic, look);
  const { lastUsedAt } = producers;
  return {
    users: [...producers.users, ...consumers.users].sort(byName),
    ...(lastUsedAt === undefined
      ? {}
      : { lastUsedAt: new Date(lastUsedAt).toISOString() }),
    measures: [...producers.measures, ...consumers.measures],
    unseen: unseenBy(topic, look, ownPrincipal),
  };
}

/** The same order at each look. */
function byName(left: LiveUser, right: LiveUser): number {
  const key = ({ kind, name }: LiveUser) => `${kind} ${name}`;
  return key(left) < key(right) ? -1 : 1;
}

import type { Topic } from '../../client/topics';
import { isInternalTopicName } from '../topicNames';

type Config = { [key: string]: string };

/** What a topic is recognised by. */
interface Signs {
  name: string;
  config: Config;
  isThere: (name: string) => boolean;
}

const BY_NAME: { [name: string]: string } = {
  __consumer_offsets: 'Kafka keeps the offsets of consumer groups here',
  __transaction_state: 'Kafka keeps the state of transactions here',
  __share_group_state: 'Kafka keeps the state of share groups here',
  __remote_log_metadata: 'Kafka keeps its list of remote segments here',
  _schemas: 'A schema registry keeps its schemas here',
  'kafkasql-journal': 'Apicurio Registry keeps its artifacts here',
  'kafkasql-snapshots': 'Apicurio Registry keeps its snapshots here',
};

const KINDS: ((signs: Signs) => string | undefined)[] = [
  connect,
  mirrorMaker,
  streams,
  confluent,
];

/**
 * Whose a topic is that the brokers or a tool keep for themselves; undefined for the topics of
 * applications. Tools let their topics be named freely, so that what they set on a topic
 * counts as well: a name alone makes nobody's topic internal that could be an application's.
 *
 * @param isThere - whether there is a topic of a name
 */
export function whoseTopic(
  { name, internal }: Pick<Topic, 'name' | 'internal'>,
  config: Config,
  isThere: (name: string) => boolean,
): string | undefined {
  if (Object.hasOwn(BY_NAME, name)) {
    return BY_NAME[name];
  }
  if (internal || isInternalTopicName(name)) {
    return 'Kafka and its tools keep names that begin with "__" for themselves';
  }
  for (const kind of KINDS) {
    const whose = kind({ name, config, isThere });
    if (whose) {
      return whose;
    }
  }
  return undefined;
}

const CONNECT =
  /^(?<worker>.*?)[-._](?<what>config|configs|offset|offsets|status|statuses)$/;
const CONNECT_KEEPS: { [what: string]: string } = {
  config: 'connectors and their settings',
  offset: 'the offsets of source connectors',
  status: 'the state of connectors and tasks',
};

/** Three compacted topics whose names are free; people name them alike. */
function connect({ name, config, isThere }: Signs): string | undefined {
  const parts = CONNECT.exec(name)?.groups;
  if (!parts || !isCompacted(config)) {
    return undefined;
  }
  const separator = name.charAt(parts.worker.length);
  const has = (...words: string[]) =>
    words.some(word => isThere(`${parts.worker}${separator}${word}`));
  const complete =
    has('config', 'configs') &&
    has('offset', 'offsets') &&
    has('status', 'statuses');
  if (!complete && !/connect/i.test(parts.worker)) {
    return undefined;
  }
  // `status` ends with an s of its own.
  const what = parts.what.replace(/^(config|offset|status)(s|es)$/, '$1');
  return `Kafka Connect (${parts.worker}) keeps ${CONNECT_KEEPS[what]} here`;
}

const MIRROR_INTERNAL =
  /^mm2-(offset-syncs|offsets|configs|status)[-._].+[-._]internal$/;
const MIRROR_CHECKPOINTS = /^.+[-._]checkpoints[-._]internal$/;

function mirrorMaker({ name, config }: Signs): string | undefined {
  if (MIRROR_INTERNAL.test(name)) {
    return 'MirrorMaker 2 keeps its own state here';
  }
  if (MIRROR_CHECKPOINTS.test(name)) {
    return 'MirrorMaker 2 keeps the places of consumer groups here';
  }
  return /^(.+[-._])?heartbeats$/.test(name) && isCompacted(config)
    ? 'MirrorMaker 2 proves here that mirroring goes on'
    : undefined;
}

const STREAMS = /^(?<app>.+)-(?<store>[^-].*)-(?<what>changelog|repartition)$/;
/** What Kafka Streams calls a store or a node that nobody gave a name. */
const GENERATED = /-K(STREAM|TABLE)-/;
const FOREIGN_KEY = /-KTABLE-FK-JOIN-SUBSCRIPTION-.+-topic$/;

/** Streams sets the kind of timestamp on all topics that it makes, which applications hardly do. */
function streams({ name, config }: Signs): string | undefined {
  if (FOREIGN_KEY.test(name)) {
    return 'Kafka Streams joins tables through this topic';
  }
  const what = STREAMS.exec(name)?.groups?.what;
  const made =
    config['message.timestamp.type'] === 'CreateTime' &&
    (what === 'changelog'
      ? isCompacted(config)
      : config['cleanup.policy'] === 'delete' &&
        config['retention.ms'] === '-1');
  if (!what || !(made || GENERATED.test(name))) {
    return undefined;
  }
  return what === 'changelog'
    ? 'Kafka Streams keeps the contents of a store here'
    : 'Kafka Streams redistributes records by their keys here';
}

function confluent({ name }: Signs): string | undefined {
  return name.startsWith('_confluent')
    ? "Confluent's own tools keep their state here"
    : undefined;
}

function isCompacted(config: Config): boolean {
  return (config['cleanup.policy'] ?? '')
    .split(',')
    .some(policy => policy.trim() === 'compact');
}

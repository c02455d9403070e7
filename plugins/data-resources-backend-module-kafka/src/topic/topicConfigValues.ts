import type { ConfigType } from '../client/topicConfigs';

const MOST_INT = 2n ** 31n - 1n;
const MOST_LONG = 2n ** 63n - 1n;

/**
 * Kafka's topic keys with the values that every supported version takes. Bounds that changed
 * between versions are the widest here; the broker's own dry run has the last word.
 */
const KEYS: { [key: string]: (value: string) => string | undefined } = {
  'cleanup.policy': list('compact', 'delete'),
  'compression.gzip.level': integer(-1, 9),
  'compression.lz4.level': integer(1, 17),
  'compression.type': oneOf(
    'uncompressed',
    'zstd',
    'lz4',
    'snappy',
    'gzip',
    'producer',
  ),
  'compression.zstd.level': integer(-131_072, 22),
  'delete.retention.ms': long(0),
  'file.delete.delay.ms': long(0),
  'flush.messages': long(1),
  'flush.ms': long(0),
  'index.interval.bytes': integer(0),
  'local.retention.bytes': long(-2),
  'local.retention.ms': long(-2),
  'max.compaction.lag.ms': long(1),
  'max.message.bytes': integer(0),
  'message.timestamp.after.max.ms': long(0),
  'message.timestamp.before.max.ms': long(0),
  'message.timestamp.type': oneOf('CreateTime', 'LogAppendTime'),
  'min.cleanable.dirty.ratio': double(0, 1),
  'min.compaction.lag.ms': long(0),
  'min.insync.replicas': integer(1),
  preallocate: boolean,
  'remote.log.copy.disable': boolean,
  'remote.log.delete.on.disable': boolean,
  'remote.storage.enable': boolean,
  'retention.bytes': long(),
  'retention.ms': long(-1),
  'segment.bytes': integer(14),
  'segment.index.bytes': integer(4),
  'segment.jitter.ms': long(0),
  'segment.ms': long(1),
  'unclean.leader.election.enable': boolean,
};

/** For keys that came after this was written: what follows from their types. */
const TYPES: { [type in ConfigType]?: (value: string) => string | undefined } =
  {
    BOOLEAN: boolean,
    SHORT: integer(-(2 ** 15), 2 ** 15 - 1),
    INT: integer(),
    LONG: long(),
    DOUBLE: double(),
  };

/**
 * What the value of a topic key would have to be; undefined when it is that, or when neither the
 * key is known here nor a type tells.
 *
 * @param type - what the cluster says that the key is
 */
export function expectedTopicConfig(
  key: string,
  value: string,
  type: ConfigType = 'UNKNOWN',
): string | undefined {
  const rule = Object.hasOwn(KEYS, key) ? KEYS[key] : TYPES[type];
  // Kafka trims values of every type.
  return rule?.(value.trim());
}

/** The keys whose values are checked here. */
export const checkedTopicKeys: readonly string[] = Object.keys(KEYS);

/** True when two texts of one key mean the same to Kafka, e.g. `1` and ` 01`, or `TRUE` and `true`. */
export function sameTopicConfig(left: string, right: string): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: string): string {
  const text = value.trim();
  if (/^[+-]?\d+$/.test(text)) {
    return BigInt(text.replace('+', '')).toString();
  }
  if (/^(true|false)$/i.test(text)) {
    return text.toLowerCase();
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[df]?$/i.test(text)) {
    return String(Number(text.replace(/[df]$/i, '')));
  }
  return text.split(/\s*,\s*/).join(',');
}

function integer(from?: number, to?: number) {
  return whole('a whole number', -(MOST_INT + 1n), MOST_INT, from, to);
}

function long(from?: number) {
  return whole('a whole number', -(MOST_LONG + 1n), MOST_LONG, from);
}

function whole(
  what: string,
  least: bigint,
  most: bigint,
  from?: number,
  to?: number,
) {
  const lower = from === undefined ? least : BigInt(from);
  const upper = to === undefined ? most : BigInt(to);
  let expected = what;
  if (from !== undefined) {
    expected +=
      to === undefined ? ` of ${from} or more` : ` from ${from} to ${to}`;
  }
  const tooLarge = `${what} of at most ${most}`;
  return (text: string) => {
    if (!/^[+-]?\d+$/.test(text)) {
      return expected;
    }
    const value = BigInt(text.replace('+', ''));
    if (value > upper && to === undefined) {
      return tooLarge;
    }
    return value < lower || value > upper ? expected : undefined;
  };
}

function double(from = -Infinity, to = Infinity) {
  const expected =
    to === Infinity ? 'a number' : `a number from ${from} to ${to}`;
  return (text: string) => {
    const value = Number(text.replace(/[df]$/i, ''));
    return text !== '' && value >= from && value <= to ? undefined : expected;
  };
}

function boolean(text: string) {
  return /^(true|false)$/i.test(text) ? undefined : 'true or false';
}

function oneOf(...values: string[]) {
  return (text: string) =>
    values.includes(text) ? undefined : `one of ${values.join(', ')}`;
}

function list(...values: string[]) {
  return (text: string) =>
    text.split(/\s*,\s*/).every(item => item === '' || values.includes(item))
      ? undefined
      : `a list of ${values.join(', ')}`;
}

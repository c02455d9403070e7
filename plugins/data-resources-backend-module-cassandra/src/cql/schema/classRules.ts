import type { OptionValue } from './statements';
import { type Expected, flag, numberOf, textOf } from './values';

/** Says what would be right for one part of a map, where what was found is not. */
type Check = (value: OptionValue) => Expected;

/** What a class knows, and what would be right for each part. */
interface Known {
  readonly [part: string]: Check;
}

const from =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  value => {
    const number = numberOf(value);
    return Number.isInteger(number) && number >= least && number <= most
      ? undefined
      : `a whole number of at least ${least}${
          most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`
        }`;
  };
const positive: Check = value =>
  numberOf(value) > 0 ? undefined : 'a number above 0';
const notNegative: Check = value =>
  numberOf(value) >= 0 ? undefined : 'a number of at least 0';
const oneOf =
  (...words: string[]): Check =>
  value =>
    words.includes(textOf(value).toUpperCase())
      ? undefined
      : words.map(word => `'${word}'`).join(', ');
const lz4Type: Check = value =>
  ['fast', 'high'].includes(textOf(value)) ? undefined : `'fast' or 'high'`;
const powerOfTwo: Check = value => {
  const number = numberOf(value);
  return number >= 1 && number <= 2 ** 20 && Number.isInteger(Math.log2(number))
    ? undefined
    : 'a power of 2, e.g. 16';
};
/** Data may reappear: the server wants a switch at its start as well. */
const isOff: Check = value =>
  /^false$/i.test(textOf(value))
    ? undefined
    : `'false', for data can come back`;
const size: Check = value => {
  const [, figure, unit] =
    /^(\d+(?:\.\d+)?)\s*(b|kib|mib|gib|tib)$/i.exec(textOf(value)) ?? [];
  return unit !== undefined && Number(figure) > 0
    ? undefined
    : `a size, e.g. '1GiB'`;
};
const fromMebibyte: Check = value =>
  size(value) === undefined && !/\d\s*(b|kib)$/i.test(textOf(value))
    ? undefined
    : `a size of at least 1MiB, e.g. '1GiB'`;
const scaling: Check = value =>
  textOf(value)
    .split(',')
    .every(each =>
      /^(N|[LT]([2-9]|[1-9]\d{1,3})|[+-]?\d{1,4})$/.test(each.trim()),
    )
    ? undefined
    : `parameters as 'T4', 'L10', 'N' or numbers, with commas between`;
const growth: Check = value => {
  const [, figure, percent] =
    /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(textOf(value).trim()) ?? [];
  return figure !== undefined && Number(figure) <= (percent ? 100 : 1)
    ? undefined
    : 'a number from 0 to 1';
};

const OF_ALL: Known = {
  enabled: flag,
  log_all: flag,
  only_purge_repaired_tombstones: flag,
  tombstone_compaction_interval: from(1),
  tombstone_threshold: positive,
  unchecked_tombstone_compaction: flag,
};
const OF_TIERS: Known = {
  ...OF_ALL,
  bucket_high: positive,
  bucket_low: positive,
  max_threshold: from(2),
  min_sstable_size: notNegative,
  min_threshold: from(2),
};
const EXPIRY: Known = {
  expired_sstable_check_frequency_seconds: from(0),
  unsafe_aggressive_sstable_expiration: isOff,
};

const COMPACTION: { readonly [className: string]: Known } = {
  LeveledCompactionStrategy: {
    ...OF_TIERS,
    fanout_size: from(1),
    single_sstable_uplevel: flag,
    sstable_size_in_mb: from(1),
  },
  SizeTieredCompactionStrategy: OF_TIERS,
  TimeWindowCompactionStrategy: {
    ...OF_TIERS,
    ...EXPIRY,
    compaction_window_size: from(1),
    compaction_window_unit: oneOf('MINUTES', 'HOURS', 'DAYS'),
    timestamp_resolution: oneOf('MICROSECONDS', 'MILLISECONDS'),
  },
  UnifiedCompactionStrategy: {
    ...OF_ALL,
    ...EXPIRY,
    base_shard_count: from(1),
    max_sstables_to_compact: from(0),
    min_sstable_size: size,
    overlap_inclusion_method: oneOf('NONE', 'SINGLE', 'TRANSITIVE'),
    scaling_parameters: scaling,
    sstable_growth: growth,
    target_sstable_size: fromMebibyte,
  },
};

const OF_COMPRESSORS: Known = {
  chunk_length_in_kb: powerOfTwo,
  enabled: flag,
  min_compress_ratio: value =>
    numberOf(value) >= 0 ? undefined : 'a number of at least 1, or 0 for none',
};

const COMPRESSION: { readonly [className: string]: Known } = {
  DeflateCompressor: OF_COMPRESSORS,
  LZ4Compressor: {
    ...OF_COMPRESSORS,
    lz4_compressor_type: lz4Type,
    lz4_high_compressor_level: from(1, 17),
  },
  NoopCompressor: OF_COMPRESSORS,
  SnappyCompressor: OF_COMPRESSORS,
  ZstdCompressor: { ...OF_COMPRESSORS, compression_level: from(-131_072, 22) },
};

/** How a table's files are compacted. */
export function compactionRule(value: OptionValue): Expected {
  const parts = partsOf(value);
  if (!parts) {
    return `a map, e.g. {'class': 'LeveledCompactionStrategy'}`;
  }
  const problem = checkClass(
    parts,
    'org.apache.cassandra.db.compaction',
    COMPACTION,
  );
  if (problem !== undefined) {
    return problem;
  }
  const number = (name: string, usual: number) => {
    const part = parts.get(name);
    return part ? numberOf(part) : usual;
  };
  if (number('min_threshold', 4) > number('max_threshold', 32)) {
    return `a 'min_threshold' (4 unless told) that is not above 'max_threshold' (32 unless told)`;
  }
  return number('bucket_high', 1.5) <= number('bucket_low', 0.5)
    ? `a 'bucket_high' (1.5 unless told) above 'bucket_low' (0.5 unless told)`
    : undefined;
}

/** How a table's files are compressed; not at all by an empty map, or by `'enabled': 'false'` alone. */
export function compressionRule(value: OptionValue): Expected {
  const parts = partsOf(value);
  if (!parts) {
    return `a map, e.g. {'class': 'ZstdCompressor'}`;
  }
  const enabled = parts.get('enabled');
  if (enabled && /^false$/i.test(textOf(enabled))) {
    return parts.size === 1 ? undefined : `'enabled': 'false' alone`;
  }
  return parts.size === 0
    ? undefined
    : checkClass(parts, 'org.apache.cassandra.io.compress', COMPRESSION);
}

function partsOf(value: OptionValue): Map<string, OptionValue> | undefined {
  return value.kind === 'map' ? new Map(value.entries) : undefined;
}

/** A class by its name would be looked for among all that a node has: only Cassandra's own are taken. */
function checkClass(
  parts: ReadonlyMap<string, OptionValue>,
  packageName: string,
  classes: { readonly [className: string]: Known },
): Expected {
  const named = parts.get('class');
  const name =
    named?.kind === 'text' ? named.text.replace(`${packageName}.`, '') : '';
  if (!Object.hasOwn(classes, name)) {
    return `as its 'class' ${Object.keys(classes).join(', ')}`;
  }
  const known = classes[name];
  for (const [part, value] of parts) {
    if (part === 'class') {
      continue;
    }
    if (!Object.hasOwn(known, part)) {
      return `with ${name} ${Object.keys(known)
        .sort()
        .join(', ')}, and not '${part}'`;
    }
    const expected = known[part](value);
    if (expected !== undefined) {
      return `for '${part}' ${expected}`;
    }
  }
  return undefined;
}

import { compactionRule, compressionRule } from './classRules';
import type { OptionValue } from './statements';
import { type Expected, flag, numberOf, textOf } from './values';

/** Says what would be right where a value is not. */
export type Rule = (value: OptionValue) => Expected;

/** The largest number that fits where Cassandra counts seconds and milliseconds. */
const MOST = 2_147_483_647;
/** Twenty years, which is what a cell can tell. */
const LONGEST_TTL = 630_720_000;
/** A Bloom filter cannot do better. */
const LEAST_FP_CHANCE = 6.71e-5;

const anyText: Rule = value =>
  value.kind === 'map' ? 'a text in single quotes' : undefined;

const from =
  (least: number, most = MOST): Rule =>
  value => {
    const number = numberOf(value);
    return Number.isInteger(number) && number >= least && number <= most
      ? undefined
      : `a whole number of at least ${least}${
          most === MOST ? '' : ` and at most ${most}`
        }`;
  };

const chanceAbove =
  (isEnough: (chance: number) => boolean, expected: Expected): Rule =>
  value => {
    const chance = numberOf(value);
    return isEnough(chance) && chance <= 1 ? undefined : expected;
  };

const readRepair: Rule = value =>
  ['BLOCKING', 'NONE'].includes(textOf(value).toUpperCase())
    ? undefined
    : `'BLOCKING' or 'NONE'`;

const caching: Rule = value => {
  if (value.kind !== 'map') {
    return `a map, e.g. {'keys': 'ALL', 'rows_per_partition': 'NONE'}`;
  }
  for (const [key, each] of value.entries) {
    const word = textOf(each).toUpperCase();
    const isWord = word === 'ALL' || word === 'NONE';
    if (key === 'keys' && !isWord) {
      return `for 'keys' 'ALL' or 'NONE'`;
    }
    if (key === 'rows_per_partition' && !isWord && !/^\d{1,9}$/.test(word)) {
      return `for 'rows_per_partition' 'ALL', 'NONE' or a whole number`;
    }
    if (key !== 'keys' && key !== 'rows_per_partition') {
      return `'keys' and 'rows_per_partition', and not '${key}'`;
    }
  }
  return undefined;
};

/** `99p`, `50ms`, or the smaller or larger of one of each. */
const speculation: Rule = value => {
  const text = textOf(value).trim();
  const kindOf = (policy: string) => {
    const [, figure, unit] =
      /^(\d+(?:\.\d+)?)(ms|p|percentile)$/i.exec(policy.trim()) ?? [];
    if (unit === undefined) {
      return undefined;
    }
    if (unit.toLowerCase() === 'ms') {
      return 'time';
    }
    return Number(figure) < 100 ? 'percentile' : undefined;
  };
  const pair = /^(?:min|max)\(([^,()]*),([^,()]*)\)$/i.exec(text);
  const kinds = pair ? [kindOf(pair[1]), kindOf(pair[2])] : [kindOf(text)];
  return /^(always|never|none)$/i.test(text) ||
    (!kinds.includes(undefined) && new Set(kinds).size === kinds.length)
    ? undefined
    : `'99p' for a percentile, '50ms' for a time, 'MIN(99p,50ms)' or 'MAX(99p,50ms)' for both, 'ALWAYS' or 'NEVER'`;
};

/** What may stand behind `WITH`, and what would be right for it. */
export const TABLE_OPTIONS: { readonly [name: string]: Rule } = {
  additional_write_policy: speculation,
  allow_auto_snapshot: flag,
  bloom_filter_fp_chance: chanceAbove(
    chance => chance > LEAST_FP_CHANCE,
    `a number above ${LEAST_FP_CHANCE.toFixed(7)} and at most 1`,
  ),
  caching,
  comment: anyText,
  compaction: compactionRule,
  compression: compressionRule,
  crc_check_chance: chanceAbove(chance => chance >= 0, 'a number from 0 to 1'),
  default_time_to_live: from(0, LONGEST_TTL),
  gc_grace_seconds: from(0),
  incremental_backups: flag,
  max_index_interval: from(1),
  memtable: anyText,
  memtable_flush_period_in_ms: from(0),
  min_index_interval: from(1),
  read_repair: readRepair,
  speculative_retry: speculation,
};

/** What tables have unless told. */
const USUAL_INTERVAL = { min_index_interval: 128, max_index_interval: 2048 };

/** What is wrong with options together that are right one by one. */
export function clashOf(
  options: readonly { name: string; value: OptionValue }[],
  { hasCounters }: { hasCounters: boolean },
): string | undefined {
  const number = (name: string) => {
    const found = options.find(option => option.name === name);
    return found && numberOf(found.value);
  };
  const interval = (name: keyof typeof USUAL_INTERVAL) =>
    number(name) ?? USUAL_INTERVAL[name];
  const [least, most] = [
    interval('min_index_interval'),
    interval('max_index_interval'),
  ];
  if (least > most) {
    return `max_index_interval is ${most}, and must be at least min_index_interval, which is ${least}`;
  }
  return hasCounters && (number('default_time_to_live') ?? 0) > 0
    ? 'counters do not expire: a table with them has no default_time_to_live'
    : undefined;
}

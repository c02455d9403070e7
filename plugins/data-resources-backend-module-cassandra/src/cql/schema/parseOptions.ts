import type { Parsing } from './Parsing';
import type { Option, OptionValue } from './statements';
import type { TokenReader } from './TokenReader';

type Rule = (value: OptionValue) => string | undefined;

const text: Rule = value =>
  value.kind === 'text' ? undefined : 'a text in single quotes';
const wholeNumber: Rule = value =>
  value.kind === 'number' && /^\d{1,9}$/.test(value.text)
    ? undefined
    : 'a whole number of at least 0';
const chance: Rule = value =>
  value.kind === 'number' && Number(value.text) >= 0 && Number(value.text) <= 1
    ? undefined
    : 'a number from 0 to 1';
const oneOf =
  (...texts: string[]): Rule =>
  value =>
    value.kind === 'text' && texts.includes(value.text)
      ? undefined
      : texts.map(each => `'${each}'`).join(' or ');
const map: Rule = value =>
  value.kind === 'map' ? undefined : "a map, e.g. {'keys': 'ALL'}";

/** A class by its name would be looked for among all that a node has: only Cassandra's own are taken. */
const mapWithClass =
  (packageName: string, ...classes: string[]): Rule =>
  value => {
    if (value.kind !== 'map') {
      return map(value);
    }
    const named = value.entries.find(
      ([key]) => key === 'class' || key === 'sstable_compression',
    )?.[1];
    const name =
      named?.kind === 'text' ? named.text.replace(`${packageName}.`, '') : '';
    return named === undefined || classes.includes(name)
      ? undefined
      : `as its class ${classes.join(', ')}`;
  };

/** What may stand behind `WITH`, and what would be right for it. */
const TABLE_OPTIONS: { readonly [name: string]: Rule } = {
  additional_write_policy: text,
  bloom_filter_fp_chance: chance,
  caching: map,
  comment: text,
  compaction: mapWithClass(
    'org.apache.cassandra.db.compaction',
    'LeveledCompactionStrategy',
    'SizeTieredCompactionStrategy',
    'TimeWindowCompactionStrategy',
    'UnifiedCompactionStrategy',
  ),
  compression: mapWithClass(
    'org.apache.cassandra.io.compress',
    'DeflateCompressor',
    'LZ4Compressor',
    'NoopCompressor',
    'SnappyCompressor',
    'ZstdCompressor',
  ),
  crc_check_chance: chance,
  default_time_to_live: wholeNumber,
  gc_grace_seconds: wholeNumber,
  max_index_interval: wholeNumber,
  memtable_flush_period_in_ms: wholeNumber,
  min_index_interval: wholeNumber,
  read_repair: oneOf('BLOCKING', 'NONE'),
  speculative_retry: text,
};

/** Options of a storage-attached index. */
const INDEX_OPTIONS = [
  'ascii',
  'case_sensitive',
  'construction_beam_width',
  'maximum_node_connections',
  'normalize',
  'optimize_for',
  'similarity_function',
];

/** Reads one `name = value` of a table. */
export function parseTableOption({ reader }: Parsing): Option {
  const { token } = reader;
  const name = token.text.toLowerCase();
  if (token.kind !== 'word' || !Object.hasOwn(TABLE_OPTIONS, name)) {
    reader.fail(
      `expected one of the options ${Object.keys(TABLE_OPTIONS).join(
        ', ',
      )} or CLUSTERING ORDER BY`,
    );
  }
  reader.take();
  reader.expectMark('=');
  const { offset } = reader.token;
  const value = parseValue(reader);
  const expected = TABLE_OPTIONS[name](value);
  if (expected !== undefined) {
    reader.failAt(offset, `${name} takes ${expected}`);
  }
  return { name, value };
}

/** Reads `OPTIONS = {…}` of a storage-attached index. */
export function parseIndexOptions({
  reader,
}: Parsing): [string, OptionValue][] {
  reader.expect('options');
  reader.expectMark('=');
  const { offset } = reader.token;
  const value = parseValue(reader);
  const entries = value.kind === 'map' ? value.entries : undefined;
  if (!entries || entries.some(([key]) => !INDEX_OPTIONS.includes(key))) {
    return reader.failAt(
      offset,
      `OPTIONS takes a map of ${INDEX_OPTIONS.join(', ')}`,
    );
  }
  return entries;
}

function parseValue(reader: TokenReader, inMap = false): OptionValue {
  const { token } = reader;
  if (token.kind === 'string') {
    return { kind: 'text', text: checkedText(reader) };
  }
  if (token.kind === 'number' || reader.sees('true') || reader.sees('false')) {
    return { kind: 'number', text: reader.take().text.toLowerCase() };
  }
  if (!inMap && reader.seesMark('{')) {
    const entries = reader.list('{', '}', (): [string, OptionValue] => {
      if (reader.token.kind !== 'string') {
        reader.fail("expected a key in single quotes, e.g. 'class'");
      }
      const key = checkedText(reader);
      reader.expectMark(':');
      return [key, parseValue(reader, true)];
    });
    return { kind: 'map', entries };
  }
  return reader.fail(
    inMap
      ? 'expected a text in single quotes, a number, true or false'
      : 'expected a text in single quotes, a number or a map',
  );
}

function checkedText(reader: TokenReader): string {
  const { text: found, offset } = reader.take();
  if (/\p{Surrogate}|[^\P{Cc}\n\t]/u.test(found)) {
    reader.failAt(offset, 'the text holds control characters');
  }
  return found;
}

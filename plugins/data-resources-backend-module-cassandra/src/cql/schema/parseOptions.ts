import type { Parsing } from './Parsing';
import { TABLE_OPTIONS } from './optionRules';
import type { Option, OptionValue } from './statements';
import type { TokenReader } from './TokenReader';
import { showValue } from './values';

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
  const name = token.kind === 'word' ? token.text.toLowerCase() : token.text;
  if (
    (token.kind !== 'word' && token.kind !== 'quoted') ||
    !Object.hasOwn(TABLE_OPTIONS, name)
  ) {
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
    reader.failAt(
      offset,
      `found ${showValue(value)}; ${name} takes ${expected}`,
    );
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
    return { kind: 'map', entries: parseEntries(reader) };
  }
  return reader.fail(
    inMap
      ? 'expected a text in single quotes, a number, true or false'
      : 'expected a text in single quotes, a number or a map',
  );
}

function parseEntries(reader: TokenReader): [string, OptionValue][] {
  if (reader.seesMarks('{', '}')) {
    reader.take();
    reader.take();
    return [];
  }
  const seen = new Set<string>();
  return reader.list('{', '}', (): [string, OptionValue] => {
    const { kind, offset } = reader.token;
    if (kind !== 'string') {
      reader.fail("expected a key in single quotes, e.g. 'class'");
    }
    const key = checkedText(reader);
    if (seen.has(key)) {
      reader.failAt(offset, `found '${key}' twice; each key is given once`);
    }
    seen.add(key);
    reader.expectMark(':');
    return [key, parseValue(reader, true)];
  });
}

function checkedText(reader: TokenReader): string {
  const { text: found, offset } = reader.take();
  if (/\p{Surrogate}|[^\P{Cc}\n\t]/u.test(found)) {
    reader.failAt(offset, 'the text holds control characters');
  }
  return found;
}

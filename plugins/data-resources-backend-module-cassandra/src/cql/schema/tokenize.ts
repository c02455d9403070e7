/** What is wrong with a schema, and where. */
export class SchemaError extends Error {
  readonly name = 'SchemaError';

  /** @param offset - where in the text, from 0 */
  constructor(text: string, offset: number, message: string) {
    super(`${placeOf(text, offset)}: ${message}`);
  }
}

/**
 * A piece of CQL. Of a `quoted` name and a `string`, `text` is what it stands for; a `word` is as it was written.
 */
export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'mark' | 'other' | 'end';
  text: string;
  offset: number;
}

const SKIPPED = /(?:[ \t\r\n]+|(?:--|\/\/)[^\r\n]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /[A-Za-z][A-Za-z0-9_]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_.])/y;
const QUOTED = /"((?:[^"]|"")+)"/y;
const STRING = /'((?:[^']|'')*)'/y;
const DOLLARS = /\$\$([\s\S]*?)\$\$/y;
const MARK = /[(){}[\]<>,;:.=]/y;

/**
 * Takes CQL apart as Cassandra's own lexer does.
 *
 * @throws SchemaError where it cannot
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(text) ?? undefined;
  };
  for (;;) {
    offset += match(SKIPPED)?.[0].length ?? 0;
    if (offset >= text.length) {
      return [...tokens, { kind: 'end', text: '', offset }];
    }
    const { kind, found, value } = readToken(text, offset, match);
    tokens.push({ kind, text: value, offset });
    offset += found.length;
  }
}

/** A token as it is shown to who wrote it. */
export function showToken({ kind, text }: Token): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  switch (kind) {
    case 'end':
      return 'the end';
    case 'string':
      return `the text '${short}'`;
    case 'quoted':
      return `"${short}"`;
    default:
      return short;
  }
}

function readToken(
  text: string,
  offset: number,
  match: (pattern: RegExp) => RegExpExecArray | undefined,
): { kind: Token['kind']; found: string; value: string } {
  const plain = (kind: Token['kind'], found?: string) =>
    found === undefined ? undefined : { kind, found, value: found };
  const inQuotes = (kind: Token['kind'], pattern: RegExp, quote: string) => {
    const found = match(pattern);
    return (
      found && {
        kind,
        found: found[0],
        value: found[1].replaceAll(quote + quote, quote),
      }
    );
  };
  const dollars = match(DOLLARS);
  const token =
    plain('word', match(WORD)?.[0]) ??
    plain('number', match(NUMBER)?.[0]) ??
    inQuotes('quoted', QUOTED, '"') ??
    inQuotes('string', STRING, "'") ??
    (dollars && {
      kind: 'string' as const,
      found: dollars[0],
      value: dollars[1],
    }) ??
    plain('mark', match(MARK)?.[0]);
  if (token) {
    return token;
  }
  const unclosed = /["']|\$\$|\/\*/y;
  const opening = match(unclosed)?.[0];
  if (opening !== undefined) {
    throw new SchemaError(
      text,
      offset,
      text.startsWith('""', offset)
        ? 'found "", and a name must not be empty'
        : `${opening} is never closed`,
    );
  }
  return plain('other', match(/[\w.-]+|[^]/uy)![0])!;
}

/** Where that is, for people: line and column. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${
    [...before[before.length - 1]].length + 1
  }`;
}

import type { Parsing } from './Parsing';
import { typeName } from './Parsing';
import type { CqlType } from './statements';

const NATIVE: ReadonlySet<string> = new Set([
  'ascii',
  'bigint',
  'blob',
  'boolean',
  'counter',
  'date',
  'decimal',
  'double',
  'duration',
  'float',
  'inet',
  'int',
  'smallint',
  'text',
  'time',
  'timestamp',
  'timeuuid',
  'tinyint',
  'uuid',
  'varchar',
  'varint',
]);
/** Deeper than any type that somebody means. */
const DEEPEST = 8;
/** How many there should be is a guardrail's to say. */
const MOST_DIMENSIONS = 2_147_483_647;

/** Reads a type as it stands behind the name of a column. */
export function parseType(parsing: Parsing, depth = 1): CqlType {
  const { reader } = parsing;
  const { token } = reader;
  if (depth > DEEPEST) {
    reader.fail(`types go at most ${DEEPEST} deep`);
  }
  if (token.kind === 'string') {
    reader.fail('types of Java classes are not taken; give a type of CQL');
  }
  const inner = () => parseType(parsing, depth + 1);
  const word = token.kind === 'word' ? token.text.toLowerCase() : '';
  switch (word) {
    case 'frozen': {
      reader.take();
      // Cassandra tells it of everything within, so that it is no depth.
      const [of] = parameters(parsing, 1, () => parseType(parsing, depth));
      // Twice in a row is once.
      return of.kind === 'frozen' ? of : { kind: 'frozen', of };
    }
    case 'list':
    case 'set': {
      reader.take();
      const [of] = parameters(parsing, 1, inner);
      return { kind: word, of };
    }
    case 'map': {
      reader.take();
      const [key, value] = parameters(parsing, 2, inner);
      return { kind: 'map', of: [key, value] };
    }
    case 'tuple':
      reader.take();
      return { kind: 'tuple', of: reader.list('<', '>', inner) };
    case 'vector':
      reader.take();
      return vectorOf(parsing, inner);
    default:
      if (NATIVE.has(word)) {
        reader.take();
        return { kind: 'native', name: word === 'varchar' ? 'text' : word };
      }
      return {
        kind: 'own',
        ...typeName(parsing),
      };
  }
}

/** Whether the name is one of CQL's own types, which no CREATE TYPE may take unquoted. */
export function isBuiltIn(name: string): boolean {
  return (
    NATIVE.has(name) ||
    ['list', 'set', 'frozen', 'map', 'tuple', 'vector'].includes(name)
  );
}

function parameters(
  { reader }: Parsing,
  count: number,
  inner: () => CqlType,
): CqlType[] {
  const { offset } = reader.token;
  const found = reader.list('<', '>', inner);
  if (found.length !== count) {
    reader.failAt(
      offset,
      `found ${found.length} types in < >; expected ${count}`,
    );
  }
  return found;
}

function vectorOf({ reader }: Parsing, inner: () => CqlType): CqlType {
  reader.expectMark('<');
  const of = inner();
  reader.expectMark(',');
  const dimensions = Number(reader.token.text);
  if (
    reader.token.kind !== 'number' ||
    !/^\d+$/.test(reader.token.text) ||
    dimensions < 1 ||
    dimensions > MOST_DIMENSIONS
  ) {
    reader.fail(
      `expected how many dimensions the vector has, 1 to ${MOST_DIMENSIONS}`,
    );
  }
  reader.take();
  reader.expectMark('>');
  return { kind: 'vector', of, dimensions };
}

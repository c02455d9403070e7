import { parseIndexOptions } from './parseOptions';
import { type Parsing, qualifiedName, skipIfNotExists } from './Parsing';
import type { CreateIndex } from './statements';
import type { TokenReader } from './TokenReader';

const SAI = [
  'sai',
  'storageattachedindex',
  'org.apache.cassandra.index.sai.storageattachedindex',
];
/** What `CREATE INDEX` makes unless told, on clusters that were not told otherwise. */
const LEGACY = 'legacy_local_table';
const PARTS = ['keys', 'values', 'entries', 'full'] as const;

/** Reads what follows `CREATE INDEX` or `CREATE CUSTOM INDEX`. */
export function parseIndex(
  parsing: Parsing,
  { isCustom }: { isCustom: boolean },
): CreateIndex {
  const { reader } = parsing;
  const { offset: start } = reader.token;
  skipIfNotExists(parsing);
  const named = reader.sees('on')
    ? undefined
    : reader.objectName('the name of an index');
  reader.expect('on');
  const table = qualifiedName(parsing, 'the name of a table');
  reader.expectMark('(');
  const { part, column } = parseTarget(reader);
  if (!reader.acceptsMark(')')) {
    reader.fail('expected ), for an index is on one column');
  }
  const using = parseUsing(reader, isCustom);
  const isSai = using === 'sai';
  const options =
    isSai && reader.accepts('with') ? parseIndexOptions(parsing) : [];
  return {
    kind: 'index',
    name: named?.name ?? `${table.name}_${column.name.replace(/\W/g, '')}_idx`,
    isNamed: named !== undefined,
    offset: named?.offset ?? start,
    table,
    column,
    ...(part ? { part } : {}),
    isSai,
    ...(using === 'legacy' ? { isLegacy: true as const } : {}),
    options,
  };
}

function parseTarget(
  reader: TokenReader,
): Pick<CreateIndex, 'part' | 'column'> {
  const what = 'the name of a column';
  const part = PARTS.find(each => reader.sees(each));
  if (part === undefined) {
    return { column: reader.name(what) };
  }
  // "keys" and "values" may be columns as well.
  const { name, offset } = { name: part, offset: reader.take().offset };
  if (!reader.acceptsMark('(')) {
    return { column: { name, offset } };
  }
  const column = reader.name(what);
  reader.expectMark(')');
  return { part, column };
}

function parseUsing(
  reader: TokenReader,
  isCustom: boolean,
): 'sai' | 'legacy' | undefined {
  if (!reader.accepts('using')) {
    if (isCustom) {
      reader.fail("expected USING 'sai'");
    }
    return undefined;
  }
  const { kind, text } = reader.token;
  const using =
    (SAI.includes(text.toLowerCase()) && 'sai') ||
    (!isCustom && text.toLowerCase() === LEGACY && 'legacy');
  if (kind !== 'string' || !using) {
    return reader.fail(
      isCustom
        ? "expected 'sai', the only kind of custom index that is taken here"
        : `expected 'sai' or '${LEGACY}', the kinds of index that are taken here`,
    );
  }
  reader.take();
  return using;
}

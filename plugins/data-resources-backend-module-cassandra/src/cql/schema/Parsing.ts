import { type Name, TokenReader } from './TokenReader';

/** A schema that is being read. */
export interface Parsing {
  reader: TokenReader;
  /** The keyspaces that stand before names. */
  qualifiers: Name[];
}

/** A name of the schema, before which its keyspace may stand. */
export function qualifiedName(
  { reader, qualifiers }: Parsing,
  what: string,
): Name {
  const first = reader.objectName(what);
  if (!reader.acceptsMark('.')) {
    return first;
  }
  qualifiers.push(first);
  return reader.objectName(what);
}

/** As {@link qualifiedName}, of a type, for which there are no files: any name will do. */
export function typeName(
  { reader, qualifiers }: Parsing,
  what = 'the name of a type',
): Name {
  const first = reader.name(what);
  if (!reader.acceptsMark('.')) {
    return first;
  }
  qualifiers.push(first);
  return reader.name(what);
}

/** `IF NOT EXISTS` makes no difference: what stands there already is compared in any case. */
export function skipIfNotExists({ reader }: Parsing): void {
  if (reader.accepts('if')) {
    reader.expect('not', 'exists');
  }
}

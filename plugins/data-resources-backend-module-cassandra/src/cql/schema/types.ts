import { quoteIdentifier } from '../quote';
import type { CqlType } from './statements';

/** The types that a type is put together from. */
export function partsOf(type: CqlType): CqlType[] {
  switch (type.kind) {
    case 'native':
    case 'own':
      return [];
    case 'map':
    case 'tuple':
      return type.of;
    default:
      return [type.of];
  }
}

/** A list, set or map, frozen or not. */
export function isCollection(type: CqlType): boolean {
  return type.kind === 'frozen'
    ? isCollection(type.of)
    : ['list', 'set', 'map'].includes(type.kind);
}

/** Whether a column of the type is made of cells that can be changed one by one. */
export function isMultiCell({ kind }: CqlType): boolean {
  return ['list', 'set', 'map', 'own'].includes(kind);
}

/** The type as it is sent, with types of one's own in the keyspace. */
export function writeType(type: CqlType, keyspace: string): string {
  const parts = partsOf(type).map(part => writeType(part, keyspace));
  switch (type.kind) {
    case 'native':
      return type.name;
    case 'own':
      return `${quoteIdentifier(keyspace)}.${quoteIdentifier(type.name)}`;
    case 'vector':
      return `vector<${parts[0]}, ${type.dimensions}>`;
    default:
      return `${type.kind}<${parts.join(', ')}>`;
  }
}

/**
 * The same for the same type, as it was asked for and as Cassandra tells it: what is within something
 * frozen or a collection is frozen, whether that is said or not, and so is a tuple.
 */
export function canonicalType(type: CqlType, isInner = false): string {
  if (type.kind === 'frozen') {
    const of = canonicalType(type.of, isInner);
    return isInner || !isMultiCell(type.of) ? of : `frozen<${of}>`;
  }
  const parts = partsOf(type).map(part => canonicalType(part, true));
  switch (type.kind) {
    case 'native':
      return type.name;
    case 'own':
      return quoteIdentifier(type.name);
    case 'vector':
      return `vector<${parts[0]}, ${type.dimensions}>`;
    default:
      return `${type.kind}<${parts.join(', ')}>`;
  }
}

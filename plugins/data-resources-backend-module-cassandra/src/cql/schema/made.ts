import type {
  Column,
  CqlType,
  CreateIndex,
  CreateTable,
  CreateType,
} from './statements';
import type { Name, TokenReader } from './TokenReader';
import { partsOf } from './types';

/** What says where something is wrong. */
export type Reader = Pick<TokenReader, 'failAt'>;

/** What the statements before have made. */
export interface Made {
  types: Map<string, CreateType>;
  tables: Map<string, CreateTable>;
  indexes: Map<string, CreateIndex>;
}

/** A column of a table, which has to be there. */
export function columnOf(
  table: CreateTable,
  named: Name,
  reader: Reader,
): Column {
  return (
    table.columns.find(({ name }) => name === named.name) ??
    reader.failAt(
      named.offset,
      `the table "${table.name}" has no column "${named.name}"`,
    )
  );
}

export function isCounter(type: CqlType): boolean {
  return type.kind === 'native' && type.name === 'counter';
}

/** Whether there is a duration in it, however deep. */
export function holdsDuration(type: CqlType, made: Made): boolean {
  if (type.kind === 'own') {
    const fields = made.types.get(type.name)?.fields ?? [];
    return fields.some(field => holdsDuration(field.type, made));
  }
  return (
    (type.kind === 'native' && type.name === 'duration') ||
    partsOf(type).some(part => holdsDuration(part, made))
  );
}

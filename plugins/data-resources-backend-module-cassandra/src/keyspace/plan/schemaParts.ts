import type {
  Column,
  CqlType,
  SchemaStatement,
} from '../../cql/schema/statements';
import { partsOf } from '../../cql/schema/types';

/** The columns of a table or the fields of a type. */
export function columnsOf(statement: SchemaStatement): Column[] {
  switch (statement.kind) {
    case 'table':
      return statement.columns;
    case 'type':
      return statement.fields;
    default:
      return [];
  }
}

/** A type with all that it is put together from. */
export function typesWithin(type: CqlType): CqlType[] {
  return [type, ...partsOf(type).flatMap(typesWithin)];
}

import { isCollection, isMultiCell, partsOf } from './types';
import type {
  Column,
  CqlType,
  CreateIndex,
  CreateTable,
  CreateType,
  SchemaStatement,
} from './statements';
import type { Name, TokenReader } from './TokenReader';

type Reader = Pick<TokenReader, 'failAt'>;

/** What the statements before have made. */
interface Made {
  types: Map<string, CreateType>;
  tables: Map<string, CreateTable>;
  indexes: Set<string>;
}

/**
 * What no Cassandra would take, told before the first statement runs: a keyspace with half of its schema
 * helps nobody.
 */
export function checkStatements(
  statements: readonly SchemaStatement[],
  reader: Reader,
): void {
  const made: Made = {
    types: new Map(),
    tables: new Map(),
    indexes: new Set(),
  };
  for (const statement of statements) {
    const { kind, name, offset } = statement;
    const names = namesOf(kind, made);
    if (names.has(name)) {
      reader.failAt(offset, `the ${kind} "${name}" is made twice`);
    }
    if (kind === 'type') {
      checkFields(statement.fields, made, reader);
      checkFieldsOfType(statement, reader);
      made.types.set(name, statement);
    } else if (kind === 'table') {
      checkTable(statement, made, reader);
      made.tables.set(name, statement);
    } else {
      checkIndex(statement, made, reader);
      made.indexes.add(name);
    }
  }
}

function namesOf(
  kind: SchemaStatement['kind'],
  { types, tables, indexes }: Made,
): { has(name: string): boolean } {
  switch (kind) {
    case 'type':
      return types;
    case 'table':
      return tables;
    default:
      return indexes;
  }
}

function checkFields(fields: readonly Column[], made: Made, reader: Reader) {
  for (const [index, { name, offset, type }] of fields.entries()) {
    if (fields.findIndex(field => field.name === name) < index) {
      reader.failAt(offset, `"${name}" is given twice`);
    }
    checkType(type, offset, made, reader);
  }
}

function checkFieldsOfType({ fields }: CreateType, reader: Reader): void {
  for (const { type, offset, name } of fields) {
    if (isCounter(type)) {
      reader.failAt(offset, `"${name}" is a counter, which no type can hold`);
    }
    if (type.kind === 'own') {
      reader.failAt(
        offset,
        `"${name}" is a type of your own within another, and must be frozen<…>`,
      );
    }
  }
}

function checkTable(table: CreateTable, made: Made, reader: Reader): void {
  const { columns, partitionKey, clustering } = table;
  checkFields(columns, made, reader);
  for (const { type, offset, name } of columns) {
    const own = type.kind === 'own' ? made.types.get(type.name) : undefined;
    if (own?.fields.some(field => isMultiCell(field.type))) {
      reader.failAt(
        offset,
        `"${name}" must be frozen<…>, for the type "${own.name}" holds a collection that is not`,
      );
    }
  }
  const key = [...partitionKey, ...clustering];
  for (const [index, { name, offset }] of key.entries()) {
    if (key.findIndex(each => each.name === name) < index) {
      reader.failAt(offset, `"${name}" is in the PRIMARY KEY twice`);
    }
    checkKeyColumn(columnOf(table, { name, offset }, reader), offset, reader);
  }
  checkOrder(table, reader);
  const others = columns.filter(
    column => !key.some(({ name }) => name === column.name),
  );
  for (const { isStatic, name, offset } of others) {
    if (isStatic && clustering.length === 0) {
      reader.failAt(
        offset,
        `"${name}" is STATIC, which takes a PRIMARY KEY with clustering columns`,
      );
    }
  }
  const counters = others.filter(({ type }) => isCounter(type));
  if (counters.length > 0 && counters.length < others.length) {
    reader.failAt(
      counters[0].offset,
      `"${counters[0].name}" is a counter; a table has no other columns then than those of its PRIMARY KEY and counters`,
    );
  }
}

function checkKeyColumn(column: Column, offset: number, reader: Reader): void {
  const { name, type, isStatic } = column;
  const problem =
    (isStatic && 'must not be STATIC') ||
    (isCounter(type) && 'must not be a counter') ||
    (isMultiCell(type) && 'must be frozen<…>') ||
    (type.kind === 'native' &&
      type.name === 'duration' &&
      'must not be a duration, which has no order');
  if (problem) {
    reader.failAt(offset, `"${name}" is in the PRIMARY KEY and ${problem}`);
  }
}

/** Cassandra wants all clustering columns up to the last that is named, in their order. */
function checkOrder({ clustering, order }: CreateTable, reader: Reader): void {
  for (const [index, { name, offset }] of order.entries()) {
    if (clustering[index]?.name !== name) {
      reader.failAt(
        offset,
        clustering.length === 0
          ? `found "${name}", and the table has no clustering columns`
          : `found "${name}"; CLUSTERING ORDER BY names the clustering columns in their order: ${clustering
              .map(each => `"${each.name}"`)
              .join(', ')}`,
      );
    }
  }
  const missing = clustering[order.length];
  if (order.length > 0 && missing) {
    reader.failAt(
      order[order.length - 1].offset,
      `CLUSTERING ORDER BY lacks "${missing.name}"`,
    );
  }
}

function checkIndex(index: CreateIndex, made: Made, reader: Reader): void {
  const { table, column } = index;
  const on = made.tables.get(table.name);
  if (!on) {
    return reader.failAt(
      table.offset,
      `no CREATE TABLE before this makes a table "${table.name}"`,
    );
  }
  const { type, name } = columnOf(on, column, reader);
  index.part = partToIndex(type, index, reader);
  if (isCounter(type)) {
    reader.failAt(column.offset, `"${name}" is a counter, which has no index`);
  }
  if (on.partitionKey.length === 1 && on.partitionKey[0].name === name) {
    reader.failAt(
      column.offset,
      `"${name}" is the whole partition key, which needs no index`,
    );
  }
  return undefined;
}

/** Of a collection its values are indexed, or all of it where it is frozen, unless told. */
function partToIndex(
  type: CqlType,
  { part, column: { name, offset } }: CreateIndex,
  reader: Reader,
): CreateIndex['part'] {
  if (!isCollection(type)) {
    if (part !== undefined) {
      reader.failAt(
        offset,
        `${part.toUpperCase()} is for collections, and "${name}" is none`,
      );
    }
    if (isMultiCell(type)) {
      reader.failAt(
        offset,
        `"${name}" is a type of your own, which must be frozen<…> to have an index`,
      );
    }
    return undefined;
  }
  const all = !isMultiCell(type);
  if (part !== undefined && (part === 'full') !== all) {
    reader.failAt(
      offset,
      all
        ? `"${name}" is frozen, of which only FULL can be indexed`
        : `FULL is for what is frozen, and "${name}" is not`,
    );
  }
  if ((part === 'keys' || part === 'entries') && type.kind !== 'map') {
    reader.failAt(
      offset,
      `${part.toUpperCase()} is for maps, and "${name}" is none`,
    );
  }
  return part ?? (all ? 'full' : 'values');
}

/** Collections within collections are one value each, and so must say that they are frozen. */
function checkType(
  type: CqlType,
  offset: number,
  made: Made,
  reader: Reader,
  within: 'column' | 'collection' | 'frozen' = 'column',
): void {
  if (type.kind === 'own' && !made.types.has(type.name)) {
    reader.failAt(
      type.offset,
      `there is no type "${type.name}" in CQL, and no CREATE TYPE before this makes one`,
    );
  }
  if (within === 'collection' && isMultiCell(type)) {
    reader.failAt(
      offset,
      'a collection or a type of your own within a collection must be frozen<…>',
    );
  }
  if (within !== 'column' && isCounter(type)) {
    reader.failAt(offset, 'a counter is a column by itself');
  }
  const inner =
    within !== 'frozen' && isMultiCell(type) ? 'collection' : 'frozen';
  for (const part of partsOf(type)) {
    checkType(part, offset, made, reader, inner);
  }
}

function columnOf(table: CreateTable, named: Name, reader: Reader): Column {
  return (
    table.columns.find(({ name }) => name === named.name) ??
    reader.failAt(
      named.offset,
      `the table "${table.name}" has no column "${named.name}"`,
    )
  );
}

function isCounter(type: CqlType): boolean {
  return type.kind === 'native' && type.name === 'counter';
}

import { checkIndex } from './checkIndex';
import {
  columnOf,
  holdsDuration,
  isCounter,
  type Made,
  type Reader,
} from './made';
import { clashOf } from './optionRules';
import type {
  Column,
  CqlType,
  CreateTable,
  CreateType,
  SchemaStatement,
} from './statements';
import { isMultiCell, partsOf } from './types';

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
    indexes: new Map(),
  };
  for (const statement of statements) {
    const { kind, offset } = statement;
    if (kind === 'index' && !statement.isNamed) {
      statement.name = freeName(statement.name, made);
    }
    const { name } = statement;
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
      made.indexes.set(statement.name, statement);
    }
  }
}

/** As Cassandra calls an index that was given no name. */
function freeName(usual: string, { indexes }: Made): string {
  let name = usual;
  for (let number = 1; indexes.has(name); number += 1) {
    name = `${usual}_${number}`;
  }
  return name;
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
    checkKeyColumn(columnOf(table, { name, offset }, reader), offset, {
      made,
      reader,
    });
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
  const clash = clashOf(table.options, {
    hasCounters: others.some(({ type }) => isCounter(type)),
  });
  if (clash !== undefined) {
    reader.failAt(table.offset, `the table "${table.name}": ${clash}`);
  }
  const counters = others.filter(({ type }) => isCounter(type));
  if (counters.length > 0 && counters.length < others.length) {
    reader.failAt(
      counters[0].offset,
      `"${counters[0].name}" is a counter; a table has no other columns then than those of its PRIMARY KEY and counters`,
    );
  }
}

function checkKeyColumn(
  column: Column,
  offset: number,
  { made, reader }: { made: Made; reader: Reader },
): void {
  const { name, type, isStatic } = column;
  const problem =
    (isStatic && 'must not be STATIC') ||
    (isCounter(type) && 'must not be a counter') ||
    (isMultiCell(type) && 'must be frozen<…>') ||
    (holdsDuration(type, made) &&
      'must not hold a duration, which has no order');
  if (problem) {
    reader.failAt(offset, `"${name}" is in the PRIMARY KEY and ${problem}`);
  }
}

/** Cassandra wants the clustering columns in their order; those that are not named are ascending. */
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
  if (order.length > 0) {
    // Older versions want all of them.
    order.push(
      ...clustering
        .slice(order.length)
        .map(column => ({ ...column, descending: false })),
    );
  }
}

/** Collections within collections are one value each, and so must say that they are frozen. */
function checkType(
  type: CqlType,
  offset: number,
  made: Made,
  reader: Reader,
  within: 'column' | 'collection' | 'vector' | 'frozen' = 'column',
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
  if (type.kind === 'frozen' && !canBeFrozen(type.of)) {
    reader.failAt(
      offset,
      'found frozen<…> around a type that is one value anyway; it is for collections, tuples, vectors and types of your own',
    );
  }
  const [sorted] =
    type.kind === 'set' || type.kind === 'map' ? partsOf(type) : [];
  if (sorted?.kind === 'native' && sorted.name === 'duration') {
    reader.failAt(
      offset,
      `found a ${type.kind} ${
        type.kind === 'set' ? 'of durations' : 'with durations as keys'
      }, which have no order; take a list, or another type`,
    );
  }
  const inner = within === 'frozen' ? within : withinOf(type);
  for (const part of partsOf(type)) {
    checkType(part, offset, made, reader, inner);
  }
}

/** A vector is one value, but does not make one of a collection in it before Cassandra has looked into that. */
function withinOf(type: CqlType): 'collection' | 'vector' | 'frozen' {
  if (isMultiCell(type)) {
    return 'collection';
  }
  return type.kind === 'vector' ? 'vector' : 'frozen';
}

function canBeFrozen({ kind }: CqlType): boolean {
  return kind !== 'native';
}

import { quoteIdentifier, quoteLiteral } from '../quote';
import type {
  CreateIndex,
  CreateTable,
  CreateType,
  OptionValue,
  SchemaStatement,
} from './statements';
import { writeType } from './types';

/**
 * A statement as it is sent: every name quoted and within the keyspace, and nothing but what was understood.
 * `IF NOT EXISTS` does no harm, for what stands there is compared afterwards.
 */
export function writeStatement(
  statement: SchemaStatement,
  keyspace: string,
): string {
  switch (statement.kind) {
    case 'type':
      return writeOwnType(statement, keyspace);
    case 'table':
      return writeTable(statement, keyspace);
    default:
      return writeIndex(statement, keyspace);
  }
}

function writeOwnType({ name, fields }: CreateType, keyspace: string): string {
  return [
    `CREATE TYPE IF NOT EXISTS ${within(keyspace, name)} (`,
    fields
      .map(
        field =>
          `  ${quoteIdentifier(field.name)} ${writeType(field.type, keyspace)}`,
      )
      .join(',\n'),
    ')',
  ].join('\n');
}

function writeTable(table: CreateTable, keyspace: string): string {
  const names = (columns: { name: string }[]) =>
    columns.map(({ name }) => quoteIdentifier(name));
  const key = [
    `(${names(table.partitionKey).join(', ')})`,
    ...names(table.clustering),
  ];
  const order = table.order.map(
    ({ name, descending }) =>
      `${quoteIdentifier(name)} ${descending ? 'DESC' : 'ASC'}`,
  );
  const properties = [
    ...(order.length > 0 ? [`CLUSTERING ORDER BY (${order.join(', ')})`] : []),
    ...table.options.map(({ name, value }) => `${name} = ${writeValue(value)}`),
  ];
  return [
    `CREATE TABLE IF NOT EXISTS ${within(keyspace, table.name)} (`,
    ...table.columns.map(
      ({ name, type, isStatic }) =>
        `  ${quoteIdentifier(name)} ${writeType(type, keyspace)}${
          isStatic ? ' STATIC' : ''
        },`,
    ),
    `  PRIMARY KEY (${key.join(', ')})`,
    properties.length > 0 ? `) WITH ${properties.join('\n  AND ')}` : ')',
  ].join('\n');
}

function writeIndex(index: CreateIndex, keyspace: string): string {
  const { name, table, column, part, isSai, isLegacy, options } = index;
  const target = quoteIdentifier(column.name);
  return [
    `CREATE ${isSai ? 'CUSTOM ' : ''}INDEX IF NOT EXISTS ${quoteIdentifier(
      name,
    )} ON ${within(keyspace, table.name)} (${
      part ? `${part.toUpperCase()}(${target})` : target
    })`,
    ...(isSai ? [`USING 'StorageAttachedIndex'`] : []),
    ...(isLegacy ? [`USING 'legacy_local_table'`] : []),
    ...(options.length > 0
      ? [`WITH OPTIONS = ${writeValue({ kind: 'map', entries: options })}`]
      : []),
  ].join(' ');
}

function writeValue(value: OptionValue): string {
  switch (value.kind) {
    case 'text':
      return quoteLiteral(value.text);
    case 'number':
      return value.text;
    default:
      return `{${value.entries
        .map(([key, each]) => `${quoteLiteral(key)}: ${writeValue(each)}`)
        .join(', ')}}`;
  }
}

function within(keyspace: string, name: string): string {
  return `${quoteIdentifier(keyspace)}.${quoteIdentifier(name)}`;
}

import { quoteIdentifier } from '../quote';
import type { SchemaStatement } from './statements';
import { canonicalType } from './types';

/**
 * What an object is made of, a line for each part: two of the same name are the same where these are.
 * Options of a table are left out, for Cassandra completes and rewrites them.
 */
export type Shape = string[];

/** One column as Cassandra tells it. */
export interface ColumnShape {
  name: string;
  /** As {@link canonicalType} writes it. */
  type: string;
  kind: 'partition_key' | 'clustering' | 'static' | 'regular';
  /** Within its part of the key, from 0. */
  position: number;
  descending: boolean;
}

/** An index as Cassandra tells it. */
export interface IndexShape {
  table: string;
  column: string;
  part?: string;
  isSai: boolean;
}

/** What a statement makes. */
export function shapeOf(statement: SchemaStatement): Shape {
  switch (statement.kind) {
    case 'type':
      return typeShape(
        statement.fields.map(({ name, type }) => ({
          name,
          type: canonicalType(type),
        })),
      );
    case 'table': {
      const { columns, partitionKey, clustering, order } = statement;
      return tableShape(
        columns.map(({ name, type, isStatic }) => {
          const first = partitionKey.findIndex(each => each.name === name);
          const second = clustering.findIndex(each => each.name === name);
          const kind =
            (first >= 0 && 'partition_key') ||
            (second >= 0 && 'clustering') ||
            (isStatic && 'static') ||
            'regular';
          return {
            name,
            type: canonicalType(type),
            kind,
            position: Math.max(first, second),
            descending: order.some(
              each => each.name === name && each.descending,
            ),
          };
        }),
      );
    }
    default:
      return indexShape({
        table: statement.table.name,
        column: statement.column.name,
        part: statement.part,
        isSai: statement.isSai,
      });
  }
}

/** Fields in their order, which is part of what a type is. */
export function typeShape(
  fields: readonly { name: string; type: string }[],
): Shape {
  return fields.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
}

/** Columns, whose order says nothing but within a key. */
export function tableShape(columns: readonly ColumnShape[]): Shape {
  return columns
    .map(({ name, type, kind, position, descending }) => {
      const column = `${quoteIdentifier(name)} ${type}`;
      switch (kind) {
        case 'partition_key':
          return `${column} as part ${position + 1} of the partition key`;
        case 'clustering':
          return `${column} as clustering column ${position + 1} ${
            descending ? 'DESC' : 'ASC'
          }`;
        case 'static':
          return `${column} STATIC`;
        default:
          return column;
      }
    })
    .sort();
}

export function indexShape({ table, column, part, isSai }: IndexShape): Shape {
  const target = quoteIdentifier(column);
  return [
    `on ${quoteIdentifier(table)} (${part ? `${part}(${target})` : target})`,
    ...(isSai ? ['storage-attached'] : []),
  ];
}

/**
 * Whether what stands there is what was asked for. An index of the kind that the cluster prefers may be
 * a storage-attached one, too.
 */
export function isSameShape(
  kind: SchemaStatement['kind'],
  asked: Shape,
  seen: Shape,
): boolean {
  return (
    asked.every((line, index) => seen[index] === line) &&
    (kind === 'index' || asked.length === seen.length)
  );
}

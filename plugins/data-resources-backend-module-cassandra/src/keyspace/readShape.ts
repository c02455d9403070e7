import { parseType } from '../cql/schema/parseType';
import {
  type ColumnShape,
  indexShape,
  type Shape,
  tableShape,
  typeShape,
} from '../cql/schema/shapes';
import type { SchemaStatement } from '../cql/schema/statements';
import { TokenReader } from '../cql/schema/TokenReader';
import { canonicalType } from '../cql/schema/types';
import type { CassandraSession, Row } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';

/** Which object of which keyspace. */
export interface SchemaObject {
  keyspace: string;
  kind: SchemaStatement['kind'];
  name: string;
}

/** What stands on the cluster under that name; undefined when nothing does. */
export async function readShape(
  { keyspace, kind, name }: SchemaObject,
  { session, deadline }: { session: CassandraSession; deadline: Deadline },
): Promise<Shape | undefined> {
  const read = (what: string, params: string[]) =>
    session.read(`SELECT ${what}`, deadline, { params });
  switch (kind) {
    case 'type': {
      const [row] = await read(
        'field_names, field_types FROM system_schema.types WHERE keyspace_name = ? AND type_name = ?',
        [keyspace, name],
      );
      return row && fieldsOf(row);
    }
    case 'table': {
      const rows = await read(
        'column_name, type, kind, position, clustering_order FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?',
        [keyspace, name],
      );
      return rows.length === 0 ? undefined : tableShape(rows.map(toColumn));
    }
    default: {
      const rows = await read(
        'table_name, index_name, kind, options FROM system_schema.indexes WHERE keyspace_name = ?',
        [keyspace],
      );
      const row = rows.find(each => each.index_name === name);
      return row && indexOf(row);
    }
  }
}

function fieldsOf(row: Row): Shape {
  const names: string[] = row.field_names ?? [];
  return typeShape(
    names.map((name, index) => ({
      name,
      type: typeOf(row.field_types[index]),
    })),
  );
}

function toColumn(row: Row): ColumnShape {
  return {
    name: row.column_name,
    type: typeOf(row.type),
    kind: row.kind,
    position: row.position,
    descending: row.clustering_order === 'desc',
  };
}

/** A type that no schema can ask for is left as it is told. */
function typeOf(text: string): string {
  try {
    return canonicalType(
      parseType({ reader: TokenReader.create(text), qualifiers: [] }),
    );
  } catch {
    return text;
  }
}

function indexOf(row: Row): Shape {
  const { target = '', class_name: className = '' } = row.options ?? {};
  const [, part, column] = /^(?:(\w+)\((.*)\)|.*)$/.exec(target) ?? [];
  return indexShape({
    table: row.table_name,
    column: nameOf(part ? column : target),
    part,
    isSai:
      /(^|\.)StorageAttachedIndex$/i.test(className) || className === 'sai',
  });
}

function nameOf(identifier: string): string {
  return /^".*"$/.test(identifier)
    ? identifier.slice(1, -1).replaceAll('""', '"')
    : identifier;
}

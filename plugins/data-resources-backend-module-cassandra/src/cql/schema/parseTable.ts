import { parseTableOption } from './parseOptions';
import { type Parsing, qualifiedName, skipIfNotExists } from './Parsing';
import { parseType } from './parseType';
import type { Column, CreateTable } from './statements';
import type { Name } from './TokenReader';

const MOST_COLUMNS = 500;

/** Reads what follows `CREATE TABLE`. */
export function parseTable(parsing: Parsing): CreateTable {
  const { reader } = parsing;
  skipIfNotExists(parsing);
  const { name, offset } = qualifiedName(parsing, 'the name of a table');
  const table: CreateTable = {
    kind: 'table',
    name,
    offset,
    columns: [],
    partitionKey: [],
    clustering: [],
    order: [],
    options: [],
  };
  parseColumns(parsing, table);
  if (table.partitionKey.length === 0) {
    reader.failAt(offset, `the table "${name}" has no PRIMARY KEY`);
  }
  if (table.columns.length > MOST_COLUMNS) {
    reader.failAt(
      offset,
      `the table "${name}" has ${table.columns.length} columns; give at most ${MOST_COLUMNS}`,
    );
  }
  if (reader.accepts('with')) {
    do {
      parseProperty(parsing, table);
    } while (reader.accepts('and'));
  }
  return table;
}

/** Reads one `name type`, with what a table's column may have besides. */
export function parseField(parsing: Parsing, what: string): Column {
  const { name, offset } = parsing.reader.name(what);
  return { name, offset, type: parseType(parsing), isStatic: false };
}

/** As Cassandra does, it takes a comma after the last. */
function parseColumns(parsing: Parsing, table: CreateTable): void {
  const { reader } = parsing;
  reader.expectMark('(');
  do {
    parseColumnOrKey(parsing, table);
  } while (reader.acceptsMark(',') && !reader.seesMark(')'));
  if (!reader.acceptsMark(')')) {
    reader.fail('expected , or )');
  }
}

function parseColumnOrKey(parsing: Parsing, table: CreateTable): void {
  const { reader } = parsing;
  if (reader.sees('primary', 'key')) {
    setKey(parsing, table, () => parseKey(parsing));
    return;
  }
  const column = parseField(parsing, 'the name of a column, or PRIMARY KEY');
  column.isStatic = reader.accepts('static');
  table.columns.push(column);
  if (reader.sees('primary', 'key')) {
    setKey(parsing, table, () => ({
      partitionKey: [{ name: column.name, offset: column.offset }],
      clustering: [],
    }));
  } else if (reader.sees('masked')) {
    reader.fail(
      'masks of columns are not taken here; an owner of the keyspace adds them by ALTER TABLE',
    );
  }
}

function setKey(
  { reader }: Parsing,
  table: CreateTable,
  read: () => Pick<CreateTable, 'partitionKey' | 'clustering'>,
): void {
  if (table.partitionKey.length > 0) {
    reader.fail(`the table "${table.name}" has a PRIMARY KEY already`);
  }
  reader.expect('primary', 'key');
  Object.assign(table, read());
}

function parseKey({
  reader,
}: Parsing): Pick<CreateTable, 'partitionKey' | 'clustering'> {
  const column = () => reader.name('the name of a column');
  reader.expectMark('(');
  const partitionKey = reader.seesMark('(')
    ? reader.list('(', ')', column)
    : [column()];
  const clustering: Name[] = [];
  while (reader.acceptsMark(',')) {
    clustering.push(column());
  }
  if (!reader.acceptsMark(')')) {
    reader.fail('expected , or )');
  }
  return { partitionKey, clustering };
}

function parseProperty(parsing: Parsing, table: CreateTable): void {
  const { reader } = parsing;
  const { offset } = reader.token;
  if (reader.sees('compact', 'storage')) {
    reader.fail('COMPACT STORAGE is of the past, and not taken here');
  }
  if (reader.accepts('clustering')) {
    reader.expect('order', 'by');
    if (table.order.length > 0) {
      reader.failAt(offset, 'CLUSTERING ORDER BY is given twice');
    }
    table.order = reader.list('(', ')', () => {
      const column = reader.name('the name of a clustering column');
      const descending = reader.accepts('desc');
      if (!descending) {
        reader.expect('asc');
      }
      return { ...column, descending };
    });
    return;
  }
  const option = parseTableOption(parsing);
  if (table.options.some(({ name }) => name === option.name)) {
    reader.failAt(offset, `the option ${option.name} is given twice`);
  }
  table.options.push(option);
}

import { checkStatements } from './checkStatements';
import type { Parsing } from './Parsing';
import { parseIndex } from './parseIndex';
import { parseField, parseTable } from './parseTable';
import { isBuiltIn } from './parseType';
import { skipIfNotExists, typeName } from './Parsing';
import type { CreateType, SchemaStatement } from './statements';
import { type Name, TokenReader } from './TokenReader';

/** More is a migration's work. */
export const MOST_STATEMENTS = 50;

const ALLOWED = 'only CREATE TABLE, CREATE TYPE and CREATE INDEX are taken';

/** A schema as it was understood. */
export interface Schema {
  statements: SchemaStatement[];
  /** Keyspaces that stand before names. */
  qualifiers: Name[];
}

/**
 * Reads the statements that make tables, types and indexes of one keyspace that has none yet. What is
 * sent to a cluster is written anew from what this understood, and never the text itself.
 *
 * @throws SchemaError that says where, what was found and what would be right
 */
export function parseSchema(text: string): Schema {
  const reader = TokenReader.create(text);
  const parsing: Parsing = { reader, qualifiers: [] };
  const statements: SchemaStatement[] = [];
  while (!reader.isAtEnd) {
    if (reader.acceptsMark(';')) {
      continue;
    }
    if (statements.length === MOST_STATEMENTS) {
      reader.fail(`a first schema has at most ${MOST_STATEMENTS} statements`);
    }
    statements.push(parseStatement(parsing));
    if (!reader.isAtEnd && !reader.seesMark(';')) {
      reader.fail('expected ; or the end');
    }
  }
  if (statements.length === 0) {
    reader.fail(`${ALLOWED}; leave the field out to have no first schema`);
  }
  checkStatements(statements, reader);
  return { statements, qualifiers: parsing.qualifiers };
}

function parseStatement(parsing: Parsing): SchemaStatement {
  const { reader } = parsing;
  if (!reader.accepts('create')) {
    reader.fail(ALLOWED);
  }
  if (reader.accepts('table') || reader.accepts('columnfamily')) {
    return parseTable(parsing);
  }
  if (reader.accepts('type')) {
    return parseOwnType(parsing);
  }
  if (reader.accepts('index')) {
    return parseIndex(parsing, { isCustom: false });
  }
  if (reader.accepts('custom', 'index')) {
    return parseIndex(parsing, { isCustom: true });
  }
  return reader.fail(`after CREATE ${ALLOWED.replaceAll('CREATE ', '')}`);
}

function parseOwnType(parsing: Parsing): CreateType {
  skipIfNotExists(parsing);
  const { reader } = parsing;
  const { name, offset } = typeName(parsing);
  if (isBuiltIn(name)) {
    reader.failAt(offset, `found "${name}", which is a type of CQL itself`);
  }
  const fields = reader.list('(', ')', () =>
    parseField(parsing, 'the name of a field'),
  );
  return { kind: 'type', name, offset, fields };
}

/** A stretch of a statement in one colour. */
export interface StatementPart {
  text: string;
  kind?: 'keyword' | 'string' | 'number' | 'comment';
}

const keywords = new Set(
  `ADD ALL ALTER AND AS BEGIN COMMENT COMMIT CONNECT CONNECTION CREATE CREATEDB CREATEROLE DATABASE
  DEFAULT DELETE DROP DURABLE_WRITES ENCODING EXECUTE EXISTS EXTENSION EXTENSIONS FALSE FOR FROM
  FUNCTIONS GRANT IF IN INHERIT INSERT INTO IS KEYSPACE KEYSPACES LANGUAGE LIMIT LOCAL LOCALE LOGIN MODIFY
  NOINHERIT NOLOGIN NONE NOT NULL OF ON OPTION OWNED OWNER PASSWORD PERMISSIONS PRIVILEGES PUBLIC
  REASSIGN REPLICATION RESET REVOKE ROLE ROLES SCHEMA SCHEMAS SELECT SEQUENCES SET SUPERUSER TABLE TABLES
  TEMPLATE TEMPORARY TO TRUE TYPES UNTIL UPDATE USAGE USING VALID VALUES WHERE WITH`
    .split(/\s+/)
    .filter(Boolean),
);

const tokens =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")|(?<number>\b\d+(?:\.\d+)?\b)|(?<word>[A-Za-z_][A-Za-z0-9_]*)/g;

/**
 * Colours SQL, CQL and the admin calls enough to be read at a glance. Every character comes out
 * again, in order: what is shown and copied is what runs.
 */
export function colourStatement(statement: string): StatementPart[] {
  const parts: StatementPart[] = [];
  let end = 0;
  for (const match of statement.matchAll(tokens)) {
    const kind = kindOf(match);
    if (!kind) {
      continue;
    }
    if (match.index > end) {
      parts.push({ text: statement.slice(end, match.index) });
    }
    parts.push({ text: match[0], kind });
    end = match.index + match[0].length;
  }
  if (end < statement.length) {
    parts.push({ text: statement.slice(end) });
  }
  return parts;
}

function kindOf(match: RegExpMatchArray): StatementPart['kind'] {
  const { comment, string, number, word } = match.groups ?? {};
  if (comment !== undefined) {
    return 'comment';
  }
  if (string !== undefined) {
    return 'string';
  }
  if (number !== undefined) {
    return 'number';
  }
  // Upper case only: `owner` may be a column or a topic.
  return word !== undefined && keywords.has(word) ? 'keyword' : undefined;
}

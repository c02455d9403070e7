import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';

interface Column {
  table_name: string;
  column_name: string;
  data_type: string;
  referenced: string | null;
}

/** Given by the numberer only; a trigger sees to that. */
const NUMBERED_LATER = new Set(['audit.position', 'audit.hash']);

/** What columns of text hold; the others are given their own name and a number. */
const WORDS: Record<string, string> = {
  action: 'create',
  state: 'active',
  phase: 'ready',
  effect: 'approve',
  environment: 'dev',
  owner: 'group:default/payments',
  requested_by: 'user:default/payments-dev',
  decided_by: 'user:default/platform-lead',
  slot: 'a',
  kind: 'resource',
};

/**
 * Puts a row into every table there is, with a value in every column: the tables of a later
 * migration, and its columns, are filled without being named here.
 */
export async function fillTables(knex: Knex, round: number): Promise<void> {
  const { rows }: { rows: Column[] } = await knex.raw(`
    SELECT c.table_name, c.column_name, c.data_type, (
      SELECT k.confrelid::regclass::text FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
      WHERE k.contype = 'f' AND k.conrelid = c.table_name::regclass AND a.attname = c.column_name
    ) AS referenced
    FROM information_schema.columns c
    WHERE c.table_schema = current_schema() AND c.is_generated = 'NEVER'
      AND c.table_name NOT LIKE 'knex_%'
    ORDER BY c.table_name, c.ordinal_position`);
  const waiting = new Map<string, Column[]>();
  for (const column of rows) {
    waiting.set(column.table_name, [
      ...(waiting.get(column.table_name) ?? []),
      column,
    ]);
  }
  const ids = new Map<string, string>();
  while (waiting.size > 0) {
    const next = [...waiting].find(([table, columns]) =>
      columns.every(
        ({ referenced }) =>
          !referenced || referenced === table || !waiting.has(referenced),
      ),
    );
    if (!next) {
      throw new Error(`Each of ${[...waiting.keys()]} needs another first`);
    }
    const [table, columns] = next;
    const id = uuid();
    ids.set(table, id);
    await knex(table).insert(
      Object.fromEntries(
        columns
          .filter(
            ({ column_name }) => !NUMBERED_LATER.has(`${table}.${column_name}`),
          )
          .map(column => [
            column.column_name,
            column.column_name === 'id' ? id : valueOf(column, round, ids),
          ]),
      ),
    );
    waiting.delete(table);
  }
}

function valueOf(
  { column_name: name, data_type: type, referenced }: Column,
  round: number,
  ids: ReadonlyMap<string, string>,
): unknown {
  if (referenced) {
    return ids.get(referenced);
  }
  switch (type) {
    case 'uuid':
      return uuid();
    case 'integer':
    case 'bigint':
    case 'smallint':
    case 'numeric':
      return round;
    case 'boolean':
      return true;
    case 'jsonb':
      return JSON.stringify(
        ['tags', 'conditions'].includes(name) ? ['kept'] : { kept: round },
      );
    case 'timestamp with time zone':
      return new Date(Date.UTC(2026, 10, 20, 12, round));
    case 'text':
      return WORDS[name] ?? `${name}-${round}`;
    default:
      throw new Error(`No value is known for ${name}, which is of ${type}`);
  }
}

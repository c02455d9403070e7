import type { Knex } from 'knex';

/**
 * Inserts rows with one parameter for all of them, for each placeholder costs time here and in the
 * database; of a thousand rows there would be thousands. All rows have the columns of the first,
 * given as JSON has them: what the table's column is of a type of its own (`jsonb`, `uuid`, a time) is
 * made of that by the database. The other columns get their defaults.
 *
 * @param options - `onConflict` stands after it, e.g. `ON CONFLICT (id) DO NOTHING`; `along` is
 * written in the same statement
 */
export async function insertRows<TRow>(
  knex: Knex,
  table: string,
  rows: readonly object[],
  {
    onConflict,
    returning,
    along = [],
  }: {
    onConflict?: string;
    returning?: '*';
    along?: readonly Insert[];
  } = {},
): Promise<TRow[]> {
  if (rows.length === 0) {
    await insertIntoAll(knex, along);
    return [];
  }
  const others = along.filter(insert => insert.rows.length > 0).map(insertOf);
  const [sql, bindings] = insertOf({ table, rows, onConflict });
  const result = await knex.raw<{ rows: TRow[] }>(
    [
      others.length > 0 ? 'WITH' : '',
      others.map(([other], n) => `along_${n} AS (${other})`).join(', '),
      sql,
      returning ? 'RETURNING *' : '',
    ].join(' '),
    [...others.flatMap(([, values]) => values), ...bindings],
  );
  return result.rows;
}

/** Rows of one table: see {@link insertRows}. */
export interface Insert {
  table: string;
  rows: readonly object[];
  onConflict?: string;
}

/** {@link insertRows} of several tables in one statement, for each statement is a way there and back. */
export async function insertIntoAll(
  knex: Knex,
  inserts: readonly Insert[],
): Promise<void> {
  const [first, ...along] = inserts.filter(({ rows }) => rows.length > 0);
  if (first) {
    const { table, rows, onConflict } = first;
    await insertRows(knex, table, rows, { onConflict, along });
  }
}

function insertOf({
  table,
  rows,
  onConflict = '',
}: Insert): [sql: string, bindings: string[]] {
  const columns = Object.keys(rows[0]);
  const names = columns.map(() => '??').join(', ');
  return [
    `INSERT INTO ?? (${names})
     SELECT ${names} FROM jsonb_populate_recordset(NULL::??, ?::jsonb)
     ${onConflict}`,
    [table, ...columns, ...columns, table, JSON.stringify(rows)],
  ];
}

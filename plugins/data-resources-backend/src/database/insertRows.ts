import type { Knex } from 'knex';

/**
 * Inserts rows with one parameter for all of them, for each placeholder costs time here and in the
 * database; of a thousand rows there would be thousands. All rows have the columns of the first,
 * given as JSON has them: what the table's column is of a type of its own (`jsonb`, `uuid`, a time) is
 * made of that by the database. The other columns get their defaults.
 *
 * @param onConflict - stands after it, e.g. `ON CONFLICT (id) DO NOTHING`
 */
export async function insertRows<TRow>(
  knex: Knex,
  table: string,
  rows: readonly object[],
  { onConflict = '', returning }: { onConflict?: string; returning?: '*' } = {},
): Promise<TRow[]> {
  if (rows.length === 0) {
    return [];
  }
  const columns = Object.keys(rows[0]);
  const names = columns.map(() => '??').join(', ');
  const result = await knex.raw<{ rows: TRow[] }>(
    `INSERT INTO ?? (${names})
     SELECT ${names} FROM jsonb_populate_recordset(NULL::??, ?::jsonb)
     ${onConflict} ${returning ? 'RETURNING *' : ''}`,
    [table, ...columns, ...columns, table, JSON.stringify(rows)],
  );
  return result.rows;
}

import type { Knex } from 'knex';
import { RequestInputError } from '../errors/RequestInputError';

/** Where a page ended: times are whole milliseconds in the database. */
export interface Position {
  createdAt: Date;
  id: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether PostgreSQL would take the text as a uuid; what is none cannot be the id of anything. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Makes a cursor of where a page ended. */
export function keysetCursor(time: Date, id: string): string {
  return Buffer.from(`${time.getTime()}|${id}`).toString('base64url');
}

/** Throws `RequestInputError` for what {@link keysetCursor} did not make. */
export function parseKeysetCursor(cursor: string): Position {
  const [time, id] = Buffer.from(cursor, 'base64url').toString().split('|');
  const createdAt = new Date(Number(time));
  if (!id || !isUuid(id) || Number.isNaN(createdAt.getTime())) {
    throw new RequestInputError(
      'cursor is none that this API gave; take it from pageInfo.nextCursor of the page before',
      { path: 'cursor' },
    );
  }
  return { createdAt, id };
}

/**
 * Newest first, by `(created_at, id)`, never by an offset. Reads one row more than asked for
 * to know whether there is another page.
 */
export async function readPage<TRow extends { created_at: Date; id: string }>(
  query: Knex.QueryBuilder,
  table: string,
  page: { limit?: number; cursor?: string },
): Promise<{ rows: TRow[]; nextCursor?: string }> {
  const limit = page.limit ?? 50;
  if (page.cursor) {
    const { createdAt, id } = parseKeysetCursor(page.cursor);
    query.whereRaw('(??, ??) < (?, ?)', [
      `${table}.created_at`,
      `${table}.id`,
      createdAt,
      id,
    ]);
  }
  const rows: TRow[] = await query
    .orderBy([
      { column: `${table}.created_at`, order: 'desc' },
      { column: `${table}.id`, order: 'desc' },
    ])
    .limit(limit + 1);
  if (rows.length <= limit) {
    return { rows };
  }
  const last = rows[limit - 1];
  return {
    rows: rows.slice(0, limit),
    nextCursor: keysetCursor(last.created_at, last.id),
  };
}

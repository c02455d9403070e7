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

/** Which rows of a list, at most 50 from its begin where nothing else is said. */
export interface PageOptions {
  limit?: number;
  cursor?: string;
}

/** One row more than a page shows, to know whether there is another one. */
export function rowsToRead({ limit = 50 }: PageOptions): number {
  return limit + 1;
}

/**
 * Makes a query read a page, newest first, by a time and an id and never by an offset. Both
 * columns must be named with their table.
 */
export function newestFirst(
  query: Knex.QueryBuilder,
  [time, id]: readonly [time: string, id: string],
  page: PageOptions,
): Knex.QueryBuilder {
  if (page.cursor) {
    const position = parseKeysetCursor(page.cursor);
    query.whereRaw('(??, ??) < (?, ?)', [
      time,
      id,
      position.createdAt,
      position.id,
    ]);
  }
  return query
    .orderBy([
      { column: time, order: 'desc' },
      { column: id, order: 'desc' },
    ])
    .limit(rowsToRead(page));
}

/** Reads a page, by `(created_at, id)`. */
export async function readPage<TRow extends { created_at: Date; id: string }>(
  query: Knex.QueryBuilder,
  table: string,
  page: PageOptions,
): Promise<{ rows: TRow[]; nextCursor?: string }> {
  const rows: TRow[] = await newestFirst(
    query,
    [`${table}.created_at`, `${table}.id`],
    page,
  );
  const limit = rowsToRead(page) - 1;
  if (rows.length <= limit) {
    return { rows };
  }
  const last = rows[limit - 1];
  return {
    rows: rows.slice(0, limit),
    nextCursor: keysetCursor(last.created_at, last.id),
  };
}

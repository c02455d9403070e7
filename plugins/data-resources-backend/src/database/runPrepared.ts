import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

/**
 * The connection does not know the statement (any more), knows another one by its name, or the
 * columns of its answer have changed since: nothing of it was executed.
 */
const NOT_PREPARED = new Set(['26000', '42P05', '0A000']);

/** Of each statement, with a part that is of its text alone. */
const names = new Map<string, string>();

/** Databases behind something that hands out another connection for each statement. */
const unable = new WeakSet<Knex>();

/**
 * Runs a statement that stands between an approval and its end so often, and is so long, that
 * planning it takes longer than executing it: it is planned once per connection. Behind a pooler
 * that cannot do that, it is planned each time. Never in a transaction, which an error would end.
 *
 * @param statement - write `CAST(NULL AS audit)` in it, for in `NULL::audit` a parameter `audit` would be put
 * in
 */
export async function runPrepared<TRow>(
  knex: Knex,
  { name, sql }: { name: string; sql: string },
  bindings: Record<string, string | number | null | readonly string[]>,
): Promise<{ rows: TRow[]; rowCount: number }> {
  const unprepared = () =>
    knex.raw<{ rows: TRow[]; rowCount: number }>(
      sql,
      bindings as Knex.ValueDict,
    );
  if (unable.has(knex)) {
    return unprepared();
  }
  try {
    return await unprepared().options({ name: nameOf(name, sql) });
  } catch (error) {
    if (!NOT_PREPARED.has((error as { code?: string }).code ?? '')) {
      throw error;
    }
    unable.add(knex);
    return unprepared();
  }
}

/**
 * A connection behind a pooler may have been another version's before, and know its statement: that one
 * must never be taken for this one.
 */
function nameOf(name: string, sql: string): string {
  let full = names.get(sql);
  if (full === undefined) {
    const digest = createHash('sha256').update(sql).digest('hex');
    full = `data_resources_${name}_${digest.slice(0, 12)}`;
    names.set(sql, full);
  }
  return full;
}

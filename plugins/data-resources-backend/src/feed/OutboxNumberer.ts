import type { Knex } from 'knex';

/** Any number that only this use has: the advisory lock's name. */
const LOCK = 7301;
const BATCH = 1_000;

/**
 * Gives outbox rows their positions, one writer at a time. Sequences commit out of order, so
 * a position is given only after its row is visible to everybody.
 */
export class OutboxNumberer {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): OutboxNumberer {
    return new OutboxNumberer(options.knex);
  }

  /** Numbers what has no position yet, unless another replica is at it; answers how many it did. */
  async number(): Promise<number> {
    return this.#knex.transaction(async trx => {
      const {
        rows: [{ locked }],
      } = await trx.raw<{ rows: { locked: boolean }[] }>(
        'SELECT pg_try_advisory_xact_lock(?) AS locked',
        [LOCK],
      );
      if (!locked) {
        return 0;
      }
      const { rowCount } = await trx.raw<{ rowCount: number }>(
        `WITH fresh AS (
           SELECT id, row_number() OVER (ORDER BY created_at, id) AS n
           FROM (SELECT id, created_at FROM outbox WHERE position IS NULL
                 ORDER BY created_at, id LIMIT ?) unnumbered
         )
         UPDATE outbox o
         SET position = fresh.n + (SELECT coalesce(max(position), 0) FROM outbox)
         FROM fresh WHERE o.id = fresh.id`,
        [BATCH],
      );
      if (rowCount > 0) {
        // The same subject may be among the fresh rows twice.
        await trx.raw(
          `UPDATE outbox o SET latest = false
           FROM outbox later
           WHERE later.position > (SELECT max(position) FROM outbox) - ?
             AND o.kind = later.kind AND o.subject_id = later.subject_id
             AND o.position < later.position AND o.latest`,
          [rowCount],
        );
      }
      return rowCount;
    });
  }
}

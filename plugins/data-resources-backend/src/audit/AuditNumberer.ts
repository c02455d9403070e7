import type { Knex } from 'knex';
import {
  auditColumns,
  auditContent,
  chainHash,
  FIRST_PREVIOUS_HASH,
  type AuditHead,
  type AuditRow,
} from './auditRecord';
import { readHead } from './readHead';

/** Any number that only this use has: the advisory lock's name. */
const LOCK = 7302;
const BATCH = 1_000;

/**
 * Gives audit rows their positions and chains them, one writer at a time and after they were
 * committed, so that nobody who writes rows waits for anybody else.
 */
export class AuditNumberer {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): AuditNumberer {
    return new AuditNumberer(options.knex);
  }

  /**
   * Numbers what has no position yet, unless another replica is at it; answers how many rows
   * it did.
   */
  async number(): Promise<number> {
    let numbered = 0;
    // Most looks find nothing: they cost one read of an index that is empty.
    while (await this.#hasWork()) {
      const count = await this.#numberBatch();
      if (count === 0) {
        break;
      }
      numbered += count;
    }
    return numbered;
  }

  async #hasWork(): Promise<boolean> {
    const row = await this.#knex('audit').whereNull('position').first('id');
    return row !== undefined;
  }

  async #numberBatch(): Promise<number> {
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
      const rows: AuditRow[] = await trx('audit')
        .select(auditColumns(trx))
        .whereNull('position')
        .orderBy(['audit.at', 'audit.id'])
        .limit(BATCH);
      if (rows.length === 0) {
        return 0;
      }
      const head = await readHead(trx);
      const { rowCount } = await trx.raw<{ rowCount: number }>(
        `UPDATE audit a SET position = v.position, hash = v.hash
         FROM jsonb_to_recordset(?::jsonb) AS v(id uuid, position bigint, hash text)
         WHERE a.id = v.id AND a.position IS NULL`,
        [JSON.stringify(chain(rows, head))],
      );
      if (rowCount !== rows.length) {
        throw new Error(
          `${rows.length} audit rows were to be numbered, and ${rowCount} could be`,
        );
      }
      return rowCount;
    });
  }
}

function chain(
  rows: readonly AuditRow[],
  head: AuditHead | undefined,
): { id: string; position: number; hash: string }[] {
  let { position, hash } = head ?? { position: 0, hash: FIRST_PREVIOUS_HASH };
  return rows.map(row => {
    position += 1;
    hash = chainHash(hash, auditContent(row, position));
    return { id: row.id, position, hash };
  });
}

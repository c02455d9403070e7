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

export interface AuditNumbererOptions {
  knex: Knex;
  /** Told of rows after their positions were committed; every row goes to one replica. */
  onNumbered?(rows: readonly { event: string }[]): void;
}

/**
 * Gives audit rows their positions and chains them, one writer at a time and after they were
 * committed, so that nobody who writes rows waits for anybody else.
 */
export class AuditNumberer {
  readonly #knex: Knex;
  readonly #onNumbered: AuditNumbererOptions['onNumbered'];

  private constructor({ knex, onNumbered }: AuditNumbererOptions) {
    this.#knex = knex;
    this.#onNumbered = onNumbered;
  }

  static create(options: AuditNumbererOptions): AuditNumberer {
    return new AuditNumberer(options);
  }

  /**
   * Numbers what has no position yet, unless another replica is at it; answers how many rows
   * it did.
   */
  async number(): Promise<number> {
    let numbered = 0;
    // Most looks find nothing: they cost one read of an index that is empty.
    while (await this.#hasWork()) {
      const rows = await this.#numberBatch();
      if (rows.length === 0) {
        break;
      }
      numbered += rows.length;
      this.#onNumbered?.(rows);
    }
    return numbered;
  }

  async #hasWork(): Promise<boolean> {
    const row = await this.#knex('audit').whereNull('position').first('id');
    return row !== undefined;
  }

  async #numberBatch(): Promise<readonly AuditRow[]> {
    return this.#knex.transaction(async trx => {
      const {
        rows: [{ locked }],
      } = await trx.raw<{ rows: { locked: boolean }[] }>(
        'SELECT pg_try_advisory_xact_lock(?) AS locked',
        [LOCK],
      );
      if (!locked) {
        return [];
      }
      const rows: AuditRow[] = await trx('audit')
        .select(auditColumns(trx))
        .whereNull('position')
        .orderBy(['audit.at', 'audit.id'])
        .limit(BATCH);
      if (rows.length === 0) {
        return [];
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
      return rows;
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

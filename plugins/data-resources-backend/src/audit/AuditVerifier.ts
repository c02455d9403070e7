import type {
  AuditProblem,
  AuditVerification,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import {
  auditColumns,
  FIRST_PREVIOUS_HASH,
  type AuditHead,
  type AuditRow,
} from './auditRecord';
import { isInPlace, judgeMismatch } from './judgeMismatch';

const BATCH = 1_000;

export interface VerifyOptions {
  /** Heads from the log: what stood up to there must still stand. */
  heads?: readonly AuditHead[];
  signal?: AbortSignal;
}

/**
 * Walks the whole chain and finds the first row that was changed, removed or inserted; with a
 * head from the log also a tail that was cut off, and a chain that was made anew. Needs nothing
 * but the right to read the table.
 */
export class AuditVerifier {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): AuditVerifier {
    return new AuditVerifier(options.knex);
  }

  async verify(options: VerifyOptions = {}): Promise<AuditVerification> {
    const heads = [...(options.heads ?? [])].sort(
      (left, right) => left.position - right.position,
    );
    let end: AuditHead = { position: 0, hash: FIRST_PREVIOUS_HASH };
    let problem: AuditProblem | undefined;
    let batch: AuditRow[] = [];
    do {
      options.signal?.throwIfAborted();
      batch = await this.#rowsAfter(batch.at(-1), BATCH);
      for (const row of batch) {
        problem = await this.#findProblem(end, row, heads);
        if (problem) {
          break;
        }
        end = { position: Number(row.position), hash: row.hash! };
      }
    } while (!problem && batch.length > 0);
    problem ??= findCutOff(end, heads);
    return {
      verified: problem === undefined,
      rows: end.position,
      unnumbered: await this.#countUnnumbered(),
      ...(end.position > 0 ? { head: end } : {}),
      ...(problem ? { problem } : {}),
    };
  }

  async #findProblem(
    previous: AuditHead,
    row: AuditRow,
    heads: readonly AuditHead[],
  ): Promise<AuditProblem | undefined> {
    const position = Number(row.position);
    const expected = previous.position + 1;
    if (position < expected) {
      return {
        position,
        kind: 'inserted',
        message: `Row ${row.id} stands at position ${position}, which no row or another one has`,
      };
    }
    if (position > expected) {
      return {
        position: expected,
        kind: 'missing',
        message:
          position - expected === 1
            ? `The row at position ${expected} is missing`
            : `The rows at positions ${expected} to ${
                position - 1
              } are missing`,
      };
    }
    if (!isInPlace(previous.hash, row, position)) {
      return judgeMismatch(previous, row, await this.#rowsAfter(row, 2));
    }
    const logged = heads.find(
      head => head.position === position && head.hash !== row.hash,
    );
    return logged && madeAnew(logged, heads);
  }

  /** By position and id: two rows at one position, with its index gone, must not hide each other. */
  async #rowsAfter(
    row: AuditRow | undefined,
    limit: number,
  ): Promise<AuditRow[]> {
    const query = this.#knex('audit')
      .select(auditColumns(this.#knex))
      .whereNotNull('position')
      .orderBy(['position', 'id'])
      .limit(limit);
    if (row) {
      query.whereRaw('(position, id) > (?, ?)', [row.position, row.id]);
    }
    return query;
  }

  async #countUnnumbered(): Promise<number> {
    const [{ count }] = await this.#knex('audit')
      .whereNull('position')
      .count({ count: '*' });
    return Number(count);
  }
}

/** Every row fits the one before it, but this is not the chain that was logged. */
function madeAnew(
  logged: AuditHead,
  heads: readonly AuditHead[],
): AuditProblem {
  const before = heads.filter(({ position }) => position < logged.position);
  const good = before.at(-1)?.position ?? 0;
  return {
    position: logged.position,
    kind: 'changed',
    message: `The chain holds in itself, but the hash at position ${
      logged.position
    } is not the one that was logged: a row from position ${
      good + 1
    } on was changed, removed or inserted, and the hashes after it were made anew. Heads that were logged earlier narrow down where`,
  };
}

function findCutOff(
  end: AuditHead,
  heads: readonly AuditHead[],
): AuditProblem | undefined {
  const last = heads.at(-1);
  return last && last.position > end.position
    ? {
        position: end.position + 1,
        kind: 'cut-off',
        message: `The chain ends at position ${end.position}, but it went on to position ${last.position} when its head was logged: the rows after ${end.position} were cut off`,
      }
    : undefined;
}

import type { Knex } from 'knex';
import { appendAudit } from '../database/appendEvents';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';

/** Drift passes that were not believed. */
export class DoubtStore {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): DoubtStore {
    return new DoubtStore(options.knex);
  }

  /** By instance: why its last pass was not believed. */
  async read(): Promise<ReadonlyMap<string, string>> {
    const rows: { instance: string; doubt: string }[] = await this.#knex(
      'drift_passes',
    )
      .whereNotNull('doubt')
      .select('instance', 'doubt');
    return new Map(rows.map(({ instance, doubt }) => [instance, doubt]));
  }

  /** Ends a pass; a doubt that is new, or over, stands in the audit trail. Answers whether it is. */
  async endPass(instance: string, doubt: string | null): Promise<boolean> {
    return this.#knex.transaction(async trx => {
      const before: { doubt: string | null } | undefined = await trx(
        'drift_passes',
      )
        .where({ instance })
        .forUpdate()
        .first('doubt');
      await trx('drift_passes')
        .where({ instance })
        .update({ ended_at: trx.fn.now(), doubt });
      const changed = Boolean(before?.doubt) !== Boolean(doubt);
      if (changed) {
        await appendAudit(trx, [
          {
            event: doubt ? 'drift.doubted' : 'drift.believed',
            actor: DRIFT_REQUESTER,
            details: { instance, ...(doubt ? { message: doubt } : {}) },
          },
        ]);
      }
      return changed;
    });
  }
}

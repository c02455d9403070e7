import type { Knex } from 'knex';
import { appendAudit } from '../database/appendEvents';
import type { RequestRow } from '../database/rows';
import type { RequestStore } from './RequestStore';

const BATCH = 100;

/** Ends requests that nobody decided on in time, and frees the names they held. */
export class RequestExpiry {
  readonly #knex: Knex;
  readonly #store: RequestStore;

  private constructor(options: { knex: Knex; store: RequestStore }) {
    this.#knex = options.knex;
    this.#store = options.store;
  }

  static create(options: { knex: Knex; store: RequestStore }): RequestExpiry {
    return new RequestExpiry(options);
  }

  async expireDue(): Promise<void> {
    await this.#knex.transaction(async trx => {
      const due = await trx<RequestRow>('requests')
        .where({ state: 'pending' })
        .whereRaw('expires_at <= now()')
        .orderBy('expires_at')
        .limit(BATCH)
        .forUpdate()
        .skipLocked();
      for (const row of due) {
        const expired = await this.#store.transition(trx, row, 'expired');
        await this.#store.releaseUntouched(trx, expired);
        await appendAudit(trx, [
          {
            event: 'request.expired',
            actor: 'system:expiry',
            requestId: row.id,
            resourceId: row.resource_id,
          },
        ]);
      }
    });
  }
}

import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { RequestRow } from '../database/rows';

/** A batch that was sent, perhaps not for the first time. */
export interface OpenedBatch {
  id: string;
  /** Its requests that are stored already. */
  earlier: readonly RequestRow[];
}

/** Keeps which requests were sent together. */
export class BatchStore {
  readonly #knex: Knex;

  private constructor(options: { knex: Knex }) {
    this.#knex = options.knex;
  }

  static create(options: { knex: Knex }): BatchStore {
    return new BatchStore(options);
  }

  /**
   * Opens a batch, or finds the one that was sent with the same key. Throws `ConflictError` when
   * the key was used for another one.
   */
  async open(batch: {
    requestedBy: string;
    inputHash: string;
    idempotencyKey?: string;
  }): Promise<OpenedBatch> {
    const { requestedBy, inputHash, idempotencyKey } = batch;
    const id = uuid();
    const opened = await this.#knex('request_batches')
      .insert({
        id,
        requested_by: requestedBy,
        idempotency_key: idempotencyKey ?? null,
        input_hash: inputHash,
      })
      .onConflict(['requested_by', 'idempotency_key'])
      .ignore()
      .returning('id');
    if (opened.length > 0) {
      return { id, earlier: [] };
    }
    const before = await this.#knex('request_batches')
      .where({ requested_by: requestedBy, idempotency_key: idempotencyKey })
      .first();
    if (before.input_hash !== inputHash) {
      throw new ConflictError(
        `Idempotency-Key ${JSON.stringify(
          idempotencyKey,
        )} was used for another batch (${before.id}); use a new key`,
      );
    }
    return { id: before.id, earlier: await this.requestsOf(before.id) };
  }

  async requestsOf(batchId: string): Promise<RequestRow[]> {
    return this.#knex<RequestRow>('requests').where({ batch_id: batchId });
  }
}

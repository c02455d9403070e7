import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  isProviderError,
  type ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { RequestRow } from '../database/rows';
import type { RequestStore } from '../requests/RequestStore';
import { backoffMs } from './backoff';

/** Rejects what has become impossible between the approval and the execution. */
const EXECUTION_POLICY = 'policy:no-longer-possible';
/** Errors that say that the request itself cannot be carried out any more. */
const IMPOSSIBLE = new Set([
  'InputError',
  'RequestInputError',
  'NotAllowedError',
  'NotFoundError',
  'ConflictError',
]);

/** Decides what becomes of an approved request that could not be started. */
export class RequestSettler {
  readonly #options: {
    knex: Knex;
    store: RequestStore;
    logger: LoggerService;
  };

  private constructor(options: {
    knex: Knex;
    store: RequestStore;
    logger: LoggerService;
  }) {
    this.#options = options;
  }

  static create(options: {
    knex: Knex;
    store: RequestStore;
    logger: LoggerService;
  }): RequestSettler {
    return new RequestSettler(options);
  }

  /** What has become impossible is rejected; all else waits, and is tried again. */
  async settle(row: RequestRow, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    const name = error instanceof Error ? error.name : '';
    try {
      if (await this.#movedOn(row)) {
        return;
      }
      if (IMPOSSIBLE.has(name) || (isProviderError(error) && isFinal(error))) {
        await this.#reject(row, message);
      } else {
        await this.#wait(row, ...this.#toldAs(row, error));
      }
    } catch (failure) {
      // The lease ends, and the request is taken up again.
      this.#loggerOf(row).error(
        `Request ${row.id} could not be settled after: ${message}`,
        failure instanceof Error ? failure : undefined,
      );
    }
  }

  /** What people read while it waits; what is none of their business goes to the log. */
  #toldAs(row: RequestRow, error: unknown): [reason: string, message: string] {
    if (isProviderError(error)) {
      return [error.reason, error.message];
    }
    if (error instanceof Error && error.name === 'ServiceUnavailableError') {
      return ['Unavailable', error.message];
    }
    this.#loggerOf(row).error(
      `Request ${row.id} could not be started; it is tried again`,
      error instanceof Error ? error : undefined,
    );
    return [
      'Internal',
      `Something went wrong in the portal itself; its log tells more about request ${row.id}`,
    ];
  }

  #loggerOf({ id, resource_id, instance }: RequestRow): LoggerService {
    return this.#options.logger.child({
      requestId: id,
      ...(resource_id ? { resourceId: resource_id } : {}),
      instance,
    });
  }

  /** Another replica was faster, or the resource is being worked on: nothing is wrong. */
  async #movedOn(row: RequestRow): Promise<boolean> {
    const now = await this.#options.store.get(row.id);
    return now?.state !== 'approved' || now.revision !== row.revision;
  }

  async #reject(row: RequestRow, message: string): Promise<void> {
    const { store } = this.#options;
    await store.transaction(async trx => {
      await store.addDecision(trx, row, {
        effect: 'reject',
        by: EXECUTION_POLICY,
        comment: message,
      });
      await store.markRejected(trx, row, EXECUTION_POLICY);
    });
  }

  async #wait(row: RequestRow, reason: string, message: string): Promise<void> {
    const { knex } = this.#options;
    await knex('requests')
      .where({ id: row.id, state: 'approved', revision: row.revision })
      .update({
        attempts: row.attempts + 1,
        waiting_reason: reason,
        waiting_message: message,
        next_attempt_at: knex.raw("now() + ? * interval '1 millisecond'", [
          backoffMs(row.attempts + 1),
        ]),
        lease_ticket: null,
        lease_until: null,
      });
  }
}

/** What the portal's own login lacks before anything began is no fault of the request: somebody gives it. */
function isFinal({ reason, retryable }: ProviderError): boolean {
  return !retryable && reason !== 'Unauthorized';
}

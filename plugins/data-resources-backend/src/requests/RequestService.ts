import { ConflictError, NotAllowedError } from '@backstage/errors';
import type {
  DataRequest,
  Plan,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { appendAudit, appendOutbox } from '../database/appendEvents';
import type { RequestRow } from '../database/rows';
import { attributesOf, traced } from '../tracing';
import type { RequestInput } from './input';
import { hashOfInput } from './hashOfInput';
import { makesResource } from './makesResource';
import type { PlannedRequest } from './PlannedRequest';
import type { PlanService } from './PlanService';
import { mayRetry, mayWithdraw } from './mayWithdraw';
import type { RequestReader } from './RequestReader';
import type { RequestStore } from './RequestStore';
import { heldNames, nameIsHeld } from './reservations';
import { storeRequest } from './storeRequest';
import type { Subject } from './Subject';
import type { SubjectResolver } from './subjects/SubjectResolver';
import { QUARANTINE_REQUESTER } from './systemRequesters';

export interface RequestServiceOptions {
  knex: Knex;
  store: RequestStore;
  reader: RequestReader;
  plans: PlanService;
  subjects: SubjectResolver;
  platformGroup: string;
  expireAfterMs: number;
  /** Called when a request has become executable on an instance. */
  onApproved(instance: string): void;
}

/** Asking, taking back and trying again. The rules hold here, whatever the permissions say. */
export class RequestService {
  readonly #options: RequestServiceOptions;

  private constructor(options: RequestServiceOptions) {
    this.#options = options;
  }

  static create(options: RequestServiceOptions): RequestService {
    return new RequestService(options);
  }

  /** Computes a plan and changes nothing. */
  async plan(input: RequestInput, caller: Caller): Promise<Plan> {
    const { plan, steps, hash } = await this.#planned(input, caller);
    return {
      revision: 1,
      hash,
      ...plan,
      steps: steps.map(({ id, title, call }) => ({ id, title, call })),
    };
  }

  /**
   * Stores a request. `created` is false when the same idempotency key and input gave it before.
   * Throws `RequestInputError` with findings where a rule denies it.
   */
  async create(
    input: RequestInput,
    caller: Caller,
    idempotencyKey?: string,
  ): Promise<{ request: DataRequest; created: boolean }> {
    return traced('request', { action: input.action }, async span => {
      const result = await this.#create(input, caller, idempotencyKey);
      const { id, resourceId, instance, type } = result.request;
      span.setAttributes(
        attributesOf({ requestId: id, resourceId, instance, type }),
      );
      return result;
    });
  }

  async #create(
    input: RequestInput,
    caller: Caller,
    idempotencyKey?: string,
  ): Promise<{ request: DataRequest; created: boolean }> {
    const inputHash = hashOfInput(input);
    const before = () => this.#before(caller, inputHash, idempotencyKey);
    const earlier = await before();
    if (earlier) {
      return { request: earlier, created: false };
    }
    try {
      const request = await this.#store(input, caller, {
        inputHash,
        idempotencyKey,
      });
      return { request, created: true };
    } catch (error) {
      // The same request, sent twice at once, stands in its own way: its name is taken.
      const winner = await before();
      if (winner) {
        return { request: winner, created: false };
      }
      throw error;
    }
  }

  async #store(
    input: RequestInput,
    caller: Caller,
    key: { inputHash: string; idempotencyKey?: string },
  ): Promise<DataRequest> {
    const planned = await this.#planned(input, caller);
    const { expireAfterMs } = this.#options;
    const row = await storeRequest(this.#options, planned, {
      ...key,
      expireAfterMs,
    });
    if (row.state === 'approved') {
      this.#options.onApproved(row.instance);
    }
    return this.#present(row, caller);
  }

  /**
   * Asks for the removal of a resource whose quarantine has ended: once for each quarantine,
   * however often it is called. Where it is in use, people decide.
   */
  async purge(resource: { id: string; generation: number }): Promise<void> {
    const input: RequestInput = { action: 'delete', resourceId: resource.id };
    const idempotencyKey = `purge:${resource.id}:${resource.generation}`;
    const { store, subjects, plans, expireAfterMs } = this.#options;
    if (
      await store.findByIdempotencyKey(QUARANTINE_REQUESTER, idempotencyKey)
    ) {
      return;
    }
    const subject = await subjects.resolve(input, QUARANTINE_REQUESTER);
    const planned = await plans.plan(
      subject,
      AbortSignal.timeout(2 * subject.instance.connection.callTimeoutMs),
    );
    const row = await store.insert({
      planned,
      inputHash: hashOfInput(input),
      idempotencyKey,
      expireAfterMs,
    });
    if (row.state === 'approved') {
      this.#options.onApproved(row.instance);
    }
  }

  async withdraw(id: string, caller: Caller): Promise<DataRequest> {
    const { store, reader } = this.#options;
    const row = await reader.row(id);
    if (!mayWithdraw(row, caller)) {
      throw new NotAllowedError(
        `A request is withdrawn by who made it or by a direct member of ${row.owner}`,
      );
    }
    if (row.state !== 'pending') {
      throw new ConflictError(
        `The request is ${row.state}; only a pending one can be withdrawn`,
      );
    }
    const after = await store.transaction(async trx => {
      const withdrawn = await store.transition(trx, row, 'withdrawn');
      await store.releaseUntouched(trx, withdrawn);
      await appendAudit(trx, [
        {
          event: 'request.withdrawn',
          actor: caller.userRef,
          requestId: id,
          resourceId: row.resource_id,
        },
      ]);
      return withdrawn;
    });
    return this.#present(after, caller);
  }

  /** `failed → executing`: continues the stored plan where it stopped. */
  async retry(id: string, caller: Caller): Promise<DataRequest> {
    const { store, reader, platformGroup } = this.#options;
    const row = await reader.row(id);
    if (!mayRetry(row, caller, platformGroup)) {
      throw new NotAllowedError(
        `A failed request is tried again by who made it, or by a direct member of ${row.owner} or ${platformGroup}`,
      );
    }
    if (row.state !== 'failed') {
      throw new ConflictError(
        `The request is ${row.state}; only a failed one can be tried again`,
      );
    }
    const after = await store.transaction(async trx => {
      const due = await trx('resources')
        .where({ id: row.resource_id, active_request_id: id })
        .update({
          due_at: trx.fn.now(),
          attempts: 0,
          phase: trx.raw(
            "CASE WHEN phase = 'failed' AND ? IN ('create', 'adopt') THEN 'provisioning' WHEN phase = 'failed' AND ? = 'delete' THEN 'deleting' ELSE phase END",
            [row.action, row.action],
          ),
        });
      if (due === 0) {
        throw new ConflictError(
          'Another request has taken over the resource since this one failed; it cannot be continued',
        );
      }
      const executing = await store.transition(trx, row, 'executing');
      await appendOutbox(trx, [{ kind: 'resource', id: row.resource_id! }]);
      await appendAudit(trx, [
        {
          event: 'request.retried',
          actor: caller.userRef,
          requestId: id,
          resourceId: row.resource_id,
        },
      ]);
      return executing;
    });
    this.#options.onApproved(after.instance);
    return this.#present(after, caller);
  }

  async #planned(input: RequestInput, caller: Caller): Promise<PlannedRequest> {
    const subject = await this.#options.subjects.resolve(input, caller.userRef);
    await this.#nameMustBeFree(subject);
    return this.#options.plans.plan(
      subject,
      AbortSignal.timeout(2 * subject.instance.connection.callTimeoutMs),
    );
  }

  /** Told before the engine is asked; the unique index decides when it is stored. */
  async #nameMustBeFree(subject: Subject): Promise<void> {
    const { action } = subject.input;
    if (!makesResource(action)) {
      return;
    }
    const held = await heldNames(this.#options.knex, subject.instance.name, [
      subject.type.normaliseName(subject.name),
    ]);
    if (held.size > 0) {
      throw nameIsHeld({
        action,
        instance: subject.instance.name,
        name: subject.name,
      });
    }
  }

  async #before(
    caller: Caller,
    inputHash: string,
    key?: string,
  ): Promise<DataRequest | undefined> {
    const row =
      key &&
      (await this.#options.store.findByIdempotencyKey(caller.userRef, key));
    if (!row) {
      return undefined;
    }
    if (row.input_hash !== inputHash) {
      throw new ConflictError(
        `Idempotency-Key ${JSON.stringify(key)} was used for another request (${
          row.id
        }); use a new key`,
      );
    }
    return this.#present(row, caller);
  }

  async #present(row: RequestRow, caller: Caller): Promise<DataRequest> {
    const [request] = await this.#options.reader.present([row], caller);
    return request;
  }
}

import { ConflictError, NotAllowedError } from '@backstage/errors';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { appendOutbox } from '../database/appendEvents';
import type { RequestRow } from '../database/rows';
import { approvalProgress, groupToApproveFor } from './approvalProgress';
import { denials } from './denials';
import { RequestInputError } from './input';
import type { RequestReader } from './RequestReader';
import type { RequestStore } from './RequestStore';

export interface DecisionServiceOptions {
  store: RequestStore;
  reader: RequestReader;
  /** Called when a request has become executable on an instance. */
  onApproved(instance: string): void;
}

/** What people decide: never on their own request, each once, and bound to the plan they read. */
export class DecisionService {
  readonly #options: DecisionServiceOptions;

  private constructor(options: DecisionServiceOptions) {
    this.#options = options;
  }

  static create(options: DecisionServiceOptions): DecisionService {
    return new DecisionService(options);
  }

  async approve(
    id: string,
    decision: { planHash: string; comment?: string },
    caller: Caller,
  ): Promise<DataRequest> {
    const row = await this.#options.reader.row(id);
    return this.#present(await this.approveRow(row, decision, caller), caller);
  }

  /** The same, of a request that was read, and not shown to anybody. */
  async approveRow(
    row: RequestRow,
    decision: { planHash: string; comment?: string },
    caller: Caller,
  ): Promise<RequestRow> {
    const { store, reader } = this.#options;
    const group = await this.#mustDecide(row, caller);
    if (row.plan_hash !== decision.planHash) {
      throw new ConflictError(
        `planHash is ${JSON.stringify(
          decision.planHash,
        )}, but the plan is another one now; read it again before you approve`,
      );
    }
    const plan = await reader.currentPlan(row);
    const denied = denials(plan.plan);
    if (denied.length > 0) {
      throw new ConflictError(
        `This plan cannot be approved: ${denied
          .map(({ message }) => message)
          .join('; ')}`,
      );
    }
    const after = await store.transaction(async trx => {
      // Taking the row first makes two approvals at once count one after the other.
      const locked = await this.#touch(trx, row);
      await store.addDecision(trx, locked, {
        effect: 'approve',
        by: caller.userRef,
        group,
        comment: decision.comment,
      });
      const decisions = await trx('decisions').where({ request_id: row.id });
      const missing = approvalProgress(
        locked,
        plan.plan.approval,
        decisions,
      ).filter(({ count, given }) => given < count);
      if (missing.length === 0) {
        return store.markApproved(trx, locked, caller.userRef);
      }
      await appendOutbox(trx, [{ kind: 'request', id: row.id }]);
      return locked;
    });
    if (after.state === 'approved') {
      this.#options.onApproved(after.instance);
    }
    return after;
  }

  async reject(
    id: string,
    decision: { comment: string },
    caller: Caller,
  ): Promise<DataRequest> {
    if (decision.comment.trim() === '') {
      throw new RequestInputError(
        'comment is empty; say why, so that the requester knows what would pass',
        { path: 'comment' },
      );
    }
    const { store, reader } = this.#options;
    const row = await reader.row(id);
    const group = await this.#mustDecide(row, caller);
    const after = await store.transaction(async trx => {
      const locked = await this.#touch(trx, row);
      await store.addDecision(trx, locked, {
        effect: 'reject',
        by: caller.userRef,
        group,
        comment: decision.comment,
      });
      return store.markRejected(trx, locked, caller.userRef);
    });
    return this.#present(after, caller);
  }

  async #mustDecide(row: RequestRow, caller: Caller): Promise<string> {
    const { reader } = this.#options;
    if (row.requested_by === caller.userRef) {
      throw new NotAllowedError('Nobody decides on their own request');
    }
    const { plan } = await reader.currentPlan(row);
    const groups = plan.approval.required.map(({ group }) => group);
    if (!groups.some(group => caller.groups.has(group))) {
      throw new NotAllowedError(
        groups.length > 0
          ? `This request is decided by direct members of ${groups.join(', ')}`
          : 'This request is decided by a policy alone',
      );
    }
    if (row.state !== 'pending') {
      throw new ConflictError(
        `The request is ${row.state}; only a pending one is decided on`,
      );
    }
    const decisions = await reader.decisions(row);
    const group = groupToApproveFor(row, plan.approval, decisions, caller);
    if (!group) {
      throw new ConflictError(
        'You have decided on this plan already, or your group has; nothing more is needed from you',
      );
    }
    return group;
  }

  /** Raises the revision of a pending request, unless somebody else did since it was read. */
  async #touch(trx: Knex, row: RequestRow): Promise<RequestRow> {
    const [locked] = await trx<RequestRow>('requests')
      .where({
        id: row.id,
        state: 'pending',
        revision: row.revision,
        plan_hash: row.plan_hash,
      })
      .update({
        revision: row.revision + 1,
        updated_at: trx.raw(
          "date_trunc('milliseconds', now())",
        ) as unknown as Date,
      })
      .returning('*');
    if (!locked) {
      throw new ConflictError(
        'The request has changed in the meantime; load it again',
      );
    }
    return locked;
  }

  async #present(row: RequestRow, caller: Caller): Promise<DataRequest> {
    const [request] = await this.#options.reader.present([row], caller);
    return request;
  }
}

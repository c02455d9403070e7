import { ConflictError, NotAllowedError } from '@backstage/errors';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { Caller } from '../callers/Caller';
import { appendOutbox } from '../database/appendEvents';
import type { PlanRow, RequestRow } from '../database/rows';
import { approvalProgress, decidedBy, mayDecide } from './approvalProgress';
import { groupToCountFor, type MembersByGroup } from './approverAssignment';
import { denials } from './denials';
import { RequestInputError } from './input';
import type { RequestReader } from './RequestReader';
import type { RequestStore } from './RequestStore';
import { membersOf } from './requiredApprovals';

export interface DecisionServiceOptions {
  store: RequestStore;
  reader: RequestReader;
  directory: CatalogDirectory;
  /** Called when a request has become executable on an instance. */
  onApproved(instance: string): void;
}

/**
 * What people decide: never on their own request, each once, and bound to the plan they read. The
 * request's row is locked first, so that decisions made at once count one after the other.
 */
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

  /**
   * The same, of a request that was read, and not shown to anybody.
   *
   * @param directory - asked for the members of the groups that must approve
   */
  async approveRow(
    seen: RequestRow,
    decision: { planHash: string; comment?: string },
    caller: Caller,
    directory = this.#options.directory,
  ): Promise<RequestRow> {
    const { store, reader } = this.#options;
    const { id } = seen;
    const members = await this.#approvers(seen, directory);
    const after = await store.transaction(async trx => {
      const row = await reader.lock(trx, id);
      const plan = await reader.currentPlan(row, trx);
      const group = await this.#mustDecide(trx, row, plan, caller, members);
      if (row.plan_hash !== decision.planHash) {
        throw new ConflictError(
          `planHash is ${JSON.stringify(
            decision.planHash,
          )}, but the plan is another one now; read it again before you approve`,
        );
      }
      const denied = denials(plan.plan);
      if (denied.length > 0) {
        throw new ConflictError(
          `This plan cannot be approved: ${denied
            .map(({ message }) => message)
            .join('; ')}`,
        );
      }
      await store.addDecision(trx, row, {
        effect: 'approve',
        by: caller.userRef,
        group,
        comment: decision.comment,
      });
      const missing = approvalProgress(
        row,
        plan.plan.approval,
        await reader.decisions(row, trx),
      ).filter(({ count, given }) => given < count);
      if (missing.length === 0) {
        return store.markApproved(trx, row, caller.userRef);
      }
      await appendOutbox(trx, [{ kind: 'request', id }]);
      return store.touch(trx, row);
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
    const members = await this.#approvers(
      await reader.row(id),
      this.#options.directory,
    );
    const after = await store.transaction(async trx => {
      const row = await reader.lock(trx, id);
      const plan = await reader.currentPlan(row, trx);
      const group = await this.#mustDecide(trx, row, plan, caller, members);
      await store.addDecision(trx, row, {
        effect: 'reject',
        by: caller.userRef,
        group,
        comment: decision.comment,
      });
      return store.markRejected(trx, row, caller.userRef);
    });
    return this.#present(after, caller);
  }

  async #mustDecide(
    trx: Knex,
    row: RequestRow,
    { plan }: PlanRow,
    caller: Caller,
    members: MembersByGroup,
  ): Promise<string> {
    if (row.requested_by === caller.userRef) {
      throw new NotAllowedError('Nobody decides on their own request');
    }
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
    const decisions = await this.#options.reader.decisions(row, trx);
    const group = mayDecide(row, plan.approval, decisions, caller)
      ? groupToCountFor(
          approvalProgress(row, plan.approval, decisions).map(
            ({ group: name, count, given }) => ({
              group: name,
              lacks: Math.max(0, count - given),
            }),
          ),
          members,
          { ref: caller.userRef, groups: caller.groups },
          decidedBy(row, decisions).add(row.requested_by),
        )
      : undefined;
    if (!group) {
      throw new ConflictError(
        'You have decided on this plan already, or your group has; nothing more is needed from you',
      );
    }
    return group;
  }

  /** Asked of the catalog before anything is locked. */
  async #approvers(
    row: RequestRow,
    directory: CatalogDirectory,
  ): Promise<MembersByGroup> {
    const { plan } = await this.#options.reader.currentPlan(row);
    return membersOf(plan.approval, directory);
  }

  async #present(row: RequestRow, caller: Caller): Promise<DataRequest> {
    const [request] = await this.#options.reader.present([row], caller);
    return request;
  }
}

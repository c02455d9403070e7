import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import { appendAudit } from '../database/appendEvents';
import type { DecisionRow, PlanRow, RequestRow } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { isUsedOtherwise, listUsers } from '../liveUse/judgeUse';
import { approvalProgress } from '../requests/approvalProgress';
import type { RequestInput } from '../requests/input';
import { denials } from '../requests/denials';
import type { PlannedRequest } from '../requests/PlannedRequest';
import type { PlanService } from '../requests/PlanService';
import type { RequestStore } from '../requests/RequestStore';
import type { Subject } from '../requests/Subject';
import type { SubjectResolver } from '../requests/subjects/SubjectResolver';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';
import { traced } from '../tracing';
import { whileJudgedOtherwise } from '../requests/whileJudgedOtherwise';
import { RequestSettler } from './RequestSettler';
import { startExecution } from './startExecution';

const BATCH = 50;
/** The index that lets a resource have one executing request. */
const ONE_AT_A_TIME = 'requests_executing_idx';
export interface RequestExecutorOptions {
  knex: Knex;
  store: RequestStore;
  plans: PlanService;
  subjects: SubjectResolver;
  directory: CatalogDirectory;
  /** How long a request that is being planned is left to whoever claimed it. */
  leaseMs: number;
  logger: LoggerService;
}

/**
 * `approved → executing`: plans once more with what is there now. What was approved is what
 * runs; another plan, a policy that now denies or an approver who left sends the request back.
 */
export class RequestExecutor {
  readonly #options: RequestExecutorOptions;
  readonly #settler: RequestSettler;

  private constructor(options: RequestExecutorOptions) {
    this.#options = options;
    this.#settler = RequestSettler.create(options);
  }

  static create(options: RequestExecutorOptions): RequestExecutor {
    return new RequestExecutor(options);
  }

  /** Lets what waits for an instance try at once: it answers again. */
  async retryNow(instance: string): Promise<void> {
    const { knex } = this.#options;
    await knex('requests')
      .where({ instance, state: 'approved' })
      .whereNotNull('waiting_reason')
      .update({ next_attempt_at: knex.fn.now() });
    await knex('resources')
      .where({ instance })
      .whereNotNull('active_request_id')
      .whereNotNull('due_at')
      .update({ due_at: knex.fn.now() });
  }

  /** Takes up to a batch of an instance's approved requests; answers how many it had. */
  async runBatch(
    instance: ManagedInstance,
    signal: AbortSignal,
  ): Promise<number> {
    const rows = await this.#claim(instance.name);
    const byType = new Map<string, RequestRow[]>();
    for (const row of rows) {
      byType.set(row.type, [...(byType.get(row.type) ?? []), row]);
    }
    for (const [type, group] of byType) {
      await traced(
        'execution.start',
        { instance: instance.name, type, count: group.length },
        () => this.#runGroup(group, signal),
        group.map(({ traceparent }) => traceparent),
      );
    }
    return rows.length;
  }

  async #claim(instance: string): Promise<RequestRow[]> {
    const { knex, leaseMs } = this.#options;
    const { rows } = await knex.raw<{ rows: RequestRow[] }>(
      `UPDATE requests SET lease_ticket = ?, lease_until = now() + ? * interval '1 millisecond'
       WHERE id IN (
         SELECT r.id FROM requests r
         WHERE r.state = 'approved' AND r.instance = ? AND r.next_attempt_at <= now()
           AND (r.lease_until IS NULL OR r.lease_until < now())
           AND NOT EXISTS (
             SELECT 1 FROM requests e
             WHERE e.resource_id = r.resource_id AND e.state = 'executing')
         ORDER BY r.created_at, r.id LIMIT ? FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [uuid(), leaseMs, instance, BATCH],
    );
    return rows;
  }

  async #runGroup(rows: RequestRow[], signal: AbortSignal): Promise<void> {
    const subjects = this.#options.subjects.atOnce();
    const ready: { row: RequestRow; subject: Subject }[] = [];
    for (const row of rows) {
      try {
        const subject = await subjects.resolve(
          row.input as unknown as RequestInput,
          row.requested_by,
          { madeId: row.resource_id, inBulk: row.batch_id !== null },
        );
        ready.push({ row, subject });
      } catch (error) {
        await this.#settler.settle(row, error);
      }
    }
    if (ready.length === 0) {
      return;
    }
    let planned: (PlannedRequest | Error)[];
    try {
      planned = await this.#options.plans.planMany(
        ready.map(({ subject }) => subject),
        signal,
      );
    } catch (error) {
      planned = ready.map(() =>
        error instanceof Error ? error : new Error(String(error)),
      );
    }
    for (const [index, { row }] of ready.entries()) {
      const plan = planned[index];
      try {
        if (plan instanceof Error) {
          throw plan;
        }
        await this.#execute(row, plan);
      } catch (error) {
        await this.#settler.settle(row, error);
      }
    }
  }

  async #execute(row: RequestRow, planned: PlannedRequest): Promise<void> {
    const { knex, store } = this.#options;
    const [stored, decisions] = await Promise.all([
      knex<PlanRow>('request_plans')
        .where({ request_id: row.id, revision: row.plan_revision })
        .first(),
      knex<DecisionRow>('decisions').where({ request_id: row.id }),
    ]);
    const denied = denials(planned.plan);
    if (planned.isUnfit) {
      // Whether the plan is still the one that was approved shows once it is fit again.
      throw new ServiceUnavailableError(
        denied.map(({ message }) => message).join('; '),
      );
    }
    const changed =
      planned.hash !== row.plan_hash ||
      // Whoever approved knew whom it hits; somebody new has not been thought of.
      (row.action === 'delete' &&
        isUsedOtherwise(stored!.plan.use, planned.plan.use));
    if (
      changed ||
      denied.length > 0 ||
      !(await this.#stillApproved(row, stored!, decisions))
    ) {
      if (row.requested_by === DRIFT_REQUESTER) {
        // Nobody waits for it: the next drift pass asks for what is to be done then.
        throw new ConflictError(
          'What was found on the engine is not what is there now; it is looked at again',
        );
      }
      await this.#sendBack(row, planned);
      return;
    }
    try {
      await store.transaction(trx => startExecution(trx, store, row, planned));
    } catch (error) {
      if ((error as { constraint?: string }).constraint === ONE_AT_A_TIME) {
        throw new ServiceUnavailableError(
          `Another request is being executed on ${row.name}; this one comes after it`,
        );
      }
      throw error;
    }
  }

  /** Membership is read again: who has left the group does not count any more. */
  async #stillApproved(
    row: RequestRow,
    stored: PlanRow,
    decisions: DecisionRow[],
  ): Promise<boolean> {
    const { approval } = stored.plan;
    if (approval.mode === 'auto') {
      return true;
    }
    const members = new Map<string, string[]>();
    for (const { group } of approval.required) {
      members.set(
        group,
        (await this.#options.directory.membersOf(group)) ?? [],
      );
    }
    const counting = decisions.filter(
      ({ group_ref, decided_by }) =>
        group_ref && members.get(group_ref)?.includes(decided_by),
    );
    return approvalProgress(row, approval, counting).every(
      ({ given, count }) => given >= count,
    );
  }

  /** `approved → pending` with the plan of now; decisions on the one before count no more. */
  async #sendBack(row: RequestRow, replanned: PlannedRequest): Promise<void> {
    const { plans } = this.#options;
    await whileJudgedOtherwise(plans, replanned, planned =>
      this.#storeReplanned(row, planned),
    );
  }

  async #storeReplanned(
    row: RequestRow,
    planned: PlannedRequest,
  ): Promise<void> {
    const { store, plans } = this.#options;
    await store.transaction(async trx => {
      await plans.judge.confirm(trx, planned);
      const revision = row.plan_revision + 1;
      await store.storePlan(trx, row.id, revision, planned);
      const pending = await store.transition(trx, row, 'pending', {
        plan_revision: revision,
        plan_hash: planned.hash,
      });
      await appendAudit(trx, [
        {
          event: 'request.replanned',
          actor: 'system:reconciler',
          requestId: row.id,
          resourceId: row.resource_id,
          details: {
            from: row.plan_hash,
            to: planned.hash,
            revision,
            ...(planned.plan.use?.users.length
              ? { usedBy: listUsers(planned.plan.use.users) }
              : {}),
          },
        },
      ]);
      const { approval } = planned;
      if (approval.mode === 'auto' && denials(planned.plan).length === 0) {
        await store.approveByPolicy(trx, pending, approval.policy!);
      }
    });
  }
}

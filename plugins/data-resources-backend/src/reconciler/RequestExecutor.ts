import type { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import { appendAudit } from '../database/appendEvents';
import type { RequestRow } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import type { Rush } from '../loops/Rush';
import { listUsers } from '../liveUse/judgeUse';
import type { RequestInput } from '../requests/input';
import { denials } from '../requests/denials';
import { entitiesOf } from '../requests/entitiesOf';
import type { PlannedRequest } from '../requests/PlannedRequest';
import type { PlanService } from '../requests/PlanService';
import type { RequestStore } from '../requests/RequestStore';
import type { Subject } from '../requests/Subject';
import type { SubjectResolver } from '../requests/subjects/SubjectResolver';
import { traced } from '../tracing';
import { whileJudgedOtherwise } from '../requests/whileJudgedOtherwise';
import { ApprovalCheck } from './ApprovalCheck';
import { claimRequests, REQUESTS_AT_ONCE } from './claimRequests';
import { releaseLease } from './claimResources';
import type { ExecutionWorker } from './ExecutionWorker';
import { hurryWaiting } from './hurryWaiting';
import { RequestSettler } from './RequestSettler';
import {
  startExecutions,
  type Started,
  type Starting,
} from './startExecutions';

/** The index that lets a resource have one executing request. */
const ONE_AT_A_TIME = 'requests_executing_idx';

export interface RequestExecutorOptions {
  knex: Knex;
  store: RequestStore;
  plans: PlanService;
  subjects: SubjectResolver;
  directory: CatalogDirectory;
  /** Most of what is approved by people is approved by its members. */
  platformGroup: string;
  /** How long a request that is being planned is left to whoever claimed it. */
  leaseMs: number;
  rush: Rush;
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
    await hurryWaiting(this.#options.knex, instance);
  }

  /**
   * Takes up to a batch of an instance's approved requests; answers whether there may be more that
   * can be taken at once: others, or some of these that are approved anew.
   */
  async runBatch(
    instance: ManagedInstance,
    signal: AbortSignal,
    worker: ExecutionWorker,
  ): Promise<boolean> {
    const { knex, leaseMs } = this.#options;
    const rows = await claimRequests(knex, {
      instance: instance.name,
      leaseMs,
    });
    const byType = new Map<string, RequestRow[]>();
    for (const row of rows) {
      byType.set(row.type, [...(byType.get(row.type) ?? []), row]);
    }
    let started = 0;
    for (const [type, group] of byType) {
      started += await traced(
        'execution.start',
        { instance: instance.name, type, count: group.length },
        () =>
          this.#options.rush.during(group.length, () =>
            this.#runGroup(group, signal, worker),
          ),
        group.map(({ traceparent }) => traceparent),
      );
    }
    return rows.length === REQUESTS_AT_ONCE || started < rows.length;
  }

  /** Answers how many were started. */
  async #runGroup(
    rows: RequestRow[],
    signal: AbortSignal,
    worker: ExecutionWorker,
  ): Promise<number> {
    const directory =
      worker.takeDirectory() ?? this.#options.directory.remembering();
    directory.foresee([
      this.#options.platformGroup,
      ...rows.flatMap(entitiesOf),
    ]);
    const subjects = this.#options.subjects.atOnce(directory);
    const resolved = await Promise.all(
      rows.map(async row => {
        try {
          const subject = await subjects.resolve(
            row.input as unknown as RequestInput,
            row.requested_by,
            { madeId: row.resource_id, inBulk: row.batch_id !== null },
          );
          return [{ row, subject }];
        } catch (error) {
          await this.#settler.settle(row, error);
          return [];
        }
      }),
    );
    const ready = resolved.flat();
    if (ready.length === 0) {
      return 0;
    }
    // What was approved is known while the engine is asked what is there; neither changes any more.
    const [approval, planned] = await Promise.all([
      ApprovalCheck.load(
        this.#options.knex,
        ready.map(({ row }) => row),
        directory,
      ),
      this.#plan(
        ready.map(({ subject }) => subject),
        signal,
        directory,
      ),
    ]);
    const judged: Starting[] = [];
    for (const [index, { row }] of ready.entries()) {
      const plan = planned[index];
      if (plan instanceof Error) {
        await this.#settler.settle(row, plan);
      } else {
        judged.push({ row, planned: plan });
      }
    }
    return this.#execute(judged, approval, worker);
  }

  /** With the same error for all of them where the engine could not be asked. */
  async #plan(
    subjects: readonly Subject[],
    signal: AbortSignal,
    directory: CatalogDirectory,
  ): Promise<(PlannedRequest | Error)[]> {
    try {
      return await this.#options.plans.planMany(subjects, signal, directory);
    } catch (error) {
      return subjects.map(() =>
        error instanceof Error ? error : new Error(String(error)),
      );
    }
  }

  async #execute(
    judged: readonly Starting[],
    approval: ApprovalCheck,
    worker: ExecutionWorker,
  ): Promise<number> {
    const starting: Starting[] = [];
    for (const each of judged) {
      try {
        if (await approval.isStillGiven(each)) {
          starting.push(each);
        } else {
          await this.#sendBack(each.row, each.planned);
        }
      } catch (error) {
        await this.#settler.settle(each.row, error);
      }
    }
    const [first, others] = onePerResource(starting);
    let started = await this.#start(first, worker);
    for (const each of others) {
      started += await this.#start([each]);
    }
    return started;
  }

  /** All that can be; where one spoils it for the others, each on its own. Answers how many were. */
  async #start(
    starting: readonly Starting[],
    worker?: ExecutionWorker,
  ): Promise<number> {
    const { knex, leaseMs } = this.#options;
    if (starting.length === 0) {
      return 0;
    }
    const ticket = worker?.hasRoom() ? uuid() : null;
    let started: Started[];
    try {
      started = await startExecutions(knex, starting, { ticket, leaseMs });
    } catch (error) {
      if (ticket !== null) {
        await this.#giveBack(ticket);
      }
      if (starting.length > 1) {
        let count = 0;
        for (const each of starting) {
          count += await this.#start([each]);
        }
        return count;
      }
      await this.#notStarted(starting[0].row, error);
      return 0;
    }
    const leased = started.filter(
      ({ row }) => ticket !== null && row.lease_ticket === ticket,
    );
    if (ticket !== null && leased.length > 0) {
      worker?.onStarted(leased, ticket);
    }
    const ids = new Set(started.map(({ row }) => row.active_request_id));
    for (const { row } of starting.filter(each => !ids.has(each.row.id))) {
      // Not the request's fault: it is planned again in a moment.
      await this.#notStarted(
        row,
        new ServiceUnavailableError(
          `${row.name} has changed since the request was planned`,
        ),
      );
    }
    return started.length;
  }

  /** They may have been started all the same, where only the answer was lost; then nobody works on them. */
  async #giveBack(ticket: string): Promise<void> {
    const { knex, logger } = this.#options;
    try {
      await releaseLease(knex, ticket);
    } catch (error) {
      logger.warn(
        'A lease that nobody works under could not be given back; it runs out',
        error instanceof Error ? error : undefined,
      );
    }
  }

  async #notStarted(row: RequestRow, error: unknown): Promise<void> {
    await this.#settler.settle(
      row,
      (error as { constraint?: string }).constraint === ONE_AT_A_TIME
        ? new ServiceUnavailableError(
            `Another request is being executed on ${row.name}; this one comes after it`,
          )
        : error,
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

/** A resource has one executing request: the first of each, and those that come after. */
function onePerResource(
  starting: readonly Starting[],
): [first: Starting[], others: Starting[]] {
  const first = new Map<string, Starting>();
  for (const each of starting) {
    const id = each.row.resource_id!;
    first.set(id, first.get(id) ?? each);
  }
  const chosen = new Set(first.values());
  return [[...chosen], starting.filter(each => !chosen.has(each))];
}

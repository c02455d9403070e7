import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  isProviderError,
  StepRunner,
  type ObjectRef,
  type Observation,
  type StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { ResourceRow } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import type { Rush } from '../loops/Rush';
import type { LoginLocks } from '../logins/LoginLocks';
import type { EngineMetrics, ExecutionMetrics } from '../metrics';
import { traced, tracedProvider } from '../tracing';
import type { QuarantinePeriods } from '../requests/QuarantinePeriods';
import { DatabaseStepJournal } from './DatabaseStepJournal';
import { completeExecutions } from './completeExecutions';
import type { Completed } from './completionStatement';
import { failExecution, waitExecution } from './endExecution';
import {
  BATCH,
  claimResources,
  readWork,
  releaseLease,
  renewLease,
  type Claim,
  type ClaimedResource,
  type Work,
} from './claimResources';
import { runItems, tracedSteps } from './runItems';
import type { Started } from './startExecutions';

/** Resources under one lease, on which there is something to do. */
export interface ClaimedBatch {
  /** Whether more may be due. */
  isFull: boolean;
  run(signal: AbortSignal): Promise<void>;
}

export interface ResourceReconcilerOptions {
  knex: Knex;
  logins: LoginLocks;
  quarantine: QuarantinePeriods;
  metrics: { engines: EngineMetrics; executions: ExecutionMetrics };
  /** How long a claim lasts without being renewed. */
  leaseMs: number;
  rush: Rush;
  logger: LoggerService;
}

/**
 * Brings resources to their declared state: claims what is due with a ticket, takes it through
 * its steps, and writes down how that ended. Never holds a transaction while an engine is asked.
 */
export class ResourceReconciler {
  readonly #options: ResourceReconcilerOptions;

  private constructor(options: ResourceReconcilerOptions) {
    this.#options = options;
  }

  static create(options: ResourceReconcilerOptions): ResourceReconciler {
    return new ResourceReconciler(options);
  }

  /** Claims what is due of an instance; `undefined` when nothing is. */
  async claimBatch(
    instance: ManagedInstance,
  ): Promise<ClaimedBatch | undefined> {
    const ticket = uuid();
    const { knex, leaseMs } = this.#options;
    const rows = await claimResources(knex, {
      ticket,
      leaseMs,
      instance: instance.name,
    });
    return rows.length > 0
      ? this.#batch(instance, { rows, ticket, ended: new Set() })
      : undefined;
  }

  /** What has just been started under a lease of this process. */
  startedBatch(
    instance: ManagedInstance,
    started: readonly Started[],
    ticket: string,
  ): ClaimedBatch {
    return this.#batch(instance, {
      rows: started.map(({ row }) => row),
      work: {
        operations: started.flatMap(({ operations }) => operations),
        grants: started.flatMap(({ grants }) => grants),
      },
      ticket,
      ended: new Set(),
    });
  }

  #batch(instance: ManagedInstance, claim: Claim): ClaimedBatch {
    const { length } = claim.rows;
    return {
      isFull: length === BATCH,
      run: signal =>
        this.#options.rush.during(length, () =>
          this.#run(instance, claim, signal),
        ),
    };
  }

  async #run(
    instance: ManagedInstance,
    claim: Claim,
    signal: AbortSignal,
  ): Promise<void> {
    const { rows, ticket, ended } = claim;
    const stopRenewing = this.#keepLease(ticket);
    try {
      const byType = new Map<string, ClaimedResource[]>();
      for (const row of rows) {
        byType.set(row.type, [...(byType.get(row.type) ?? []), row]);
      }
      for (const [type, group] of byType) {
        await this.#runType(instance, type, { ...claim, rows: group }, signal);
      }
    } finally {
      stopRenewing();
      if (ended.size < rows.length) {
        // Whatever was not ended (a shutdown, an error of ours) is free for the next at once.
        await releaseLease(this.#options.knex, ticket);
      }
    }
  }

  async #runType(
    instance: ManagedInstance,
    type: string,
    claim: Claim,
    signal: AbortSignal,
  ): Promise<void> {
    const { knex, logins, metrics } = this.#options;
    const { rows, ticket } = claim;
    const { operations, grants } = await this.#workOf(claim);
    let observed = new Map<string, Observation>();
    const runner = StepRunner.create({
      provider: tracedProvider(
        instance.connection.provider(type),
        tracedSteps(instance, operations),
      ),
      context: instance.context(signal, { operationId: ticket }),
      journal: metrics.engines.journal(
        instance,
        DatabaseStepJournal.create({
          knex,
          logins,
          ticket,
          instance: instance.name,
          callTimeoutMs: instance.connection.callTimeoutMs,
          resourceOf: new Map(
            operations.map(({ id, resource_id }) => [id, resource_id]),
          ),
        }),
        new Map(operations.map(({ id, kind }) => [id, kind])),
      ),
    });
    const results = await traced(
      'execution',
      {
        instance: instance.name,
        engine: instance.engine,
        type,
        count: rows.length,
      },
      () =>
        runner.run(runItems(rows, operations), async done => {
          const specs = new Map(rows.map(({ name, spec }) => [name, spec]));
          observed = await this.#observe(
            instance,
            type,
            done.map(object => ({
              ...object,
              declared: specs.get(object.name),
            })),
            signal,
          );
        }),
      operations.map(({ traceparent }) => traceparent),
    );
    await this.#complete(
      rows
        .filter(({ id }) => results.get(id)?.state === 'done')
        .map(row => ({
          row,
          action: row.action,
          grants: grants.filter(({ resource_id }) => resource_id === row.id),
          observed: observed.get(row.name),
        })),
      claim,
    );
    for (const row of rows) {
      await this.#endUndone(row, ticket, results.get(row.id)!);
    }
    await this.#measure(instance, rows, results, signal);
  }

  async #workOf({ rows, work }: Claim): Promise<Work> {
    if (!work) {
      return readWork(this.#options.knex, rows);
    }
    const ours = new Set(rows.map(({ id }) => id));
    const isOurs = (each: { resource_id: string }) =>
      ours.has(each.resource_id);
    return {
      operations: work.operations.filter(isOurs),
      grants: work.grants.filter(isOurs),
    };
  }

  async #measure(
    instance: ManagedInstance,
    rows: readonly ResourceRow[],
    results: Map<string, StepRunResult>,
    signal: AbortSignal,
  ): Promise<void> {
    const { executions } = this.#options.metrics;
    const isLost = ({ id }: ResourceRow) => results.get(id)?.state === 'lost';
    if (!signal.aborted) {
      executions.leasesLost(instance.name, rows.filter(isLost).length);
    }
    await executions.ended(
      rows
        .filter(row => !isLost(row))
        .map(({ active_request_id }) => active_request_id!),
    );
  }

  /** All of them together; where one spoils it for the others, each on its own. */
  async #complete(
    completed: readonly Completed[],
    claim: Pick<Claim, 'ticket' | 'ended'>,
  ): Promise<void> {
    const { knex, quarantine } = this.#options;
    const { ticket, ended } = claim;
    if (completed.length === 0) {
      return;
    }
    try {
      await completeExecutions(knex, completed, { ticket, quarantine });
      for (const { row } of completed) {
        ended.add(row.id);
        this.#loggerOf(row).info(`All steps on ${row.name} are done`);
      }
    } catch (error) {
      if (completed.length === 1) {
        this.#notWritten(completed[0].row, error);
        return;
      }
      for (const each of completed) {
        await this.#complete([each], claim);
      }
    }
  }

  async #endUndone(
    row: ResourceRow,
    ticket: string,
    result: StepRunResult,
  ): Promise<void> {
    const { knex } = this.#options;
    const logger = this.#loggerOf(row);
    if (result.state === 'lost') {
      logger.info('The lease is lost; whoever has it now goes on');
      return;
    }
    if (result.state === 'done') {
      return;
    }
    try {
      if (result.error.retryable) {
        await waitExecution(knex, { row, ticket, error: result.error });
        logger.info(
          `Work on ${row.name} waits (${result.error.reason}): ${result.error.message}`,
        );
      } else {
        await failExecution(knex, { row, ticket, error: result.error });
        logger.warn(
          `Work on ${row.name} failed (${result.error.reason}): ${result.error.message}`,
        );
      }
    } catch (error) {
      // One item's trouble must not keep the others from being written.
      this.#notWritten(row, error);
    }
  }

  #notWritten(row: ResourceRow, error: unknown): void {
    this.#loggerOf(row).error(
      `The end of request ${row.active_request_id} could not be written; it is taken up again`,
      error instanceof Error ? error : undefined,
    );
  }

  #loggerOf(row: ResourceRow): LoggerService {
    return this.#options.logger.child({
      requestId: row.active_request_id!,
      resourceId: row.id,
      instance: row.instance,
    });
  }

  /** What stands on the engine after the work. */
  async #observe(
    instance: ManagedInstance,
    type: string,
    done: readonly ObjectRef[],
    signal: AbortSignal,
  ): Promise<Map<string, Observation>> {
    try {
      return await instance.connection
        .provider(type)
        .observe(done, instance.context(signal));
    } catch (error) {
      if (!isProviderError(error)) {
        throw error;
      }
      // The steps were read back one by one; only the summary has to wait.
      return new Map();
    }
  }

  #keepLease(ticket: string): () => void {
    const { knex, leaseMs, logger } = this.#options;
    const timer = setInterval(() => {
      renewLease(knex, { ticket, leaseMs }).catch(error => {
        logger.warn('A lease could not be renewed', error);
      });
    }, leaseMs / 4);
    return () => clearInterval(timer);
  }
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { ResourceRow } from '../database/rows';
import type { DriftComparer } from '../drift/DriftComparer';
import { MOST_CORRECTIONS, type DriftCorrector } from '../drift/DriftCorrector';
import { contested, type DriftFinding } from '../drift/driftOf';
import type { DriftWriter } from '../drift/DriftWriter';
import type { ManagedInstance } from '../instances/ManagedInstance';

/** Objects per look at an engine. */
const BATCH = 500;

export interface DriftWatcherOptions {
  knex: Knex;
  instances: readonly ManagedInstance[];
  comparer: DriftComparer;
  writer: DriftWriter;
  corrector: DriftCorrector;
  intervalMs: number;
  logger: LoggerService;
}

/**
 * Compares what is declared with what the engines have, and writes down the difference. It never
 * corrects anything itself: that takes a request. One replica looks at an instance at a time.
 */
export class DriftWatcher {
  readonly #options: DriftWatcherOptions;

  private constructor(options: DriftWatcherOptions) {
    this.#options = options;
  }

  static create(options: DriftWatcherOptions): DriftWatcher {
    return new DriftWatcher(options);
  }

  /** Looks at every instance whose turn it is; one that is down holds up nobody else. */
  async watchDue(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#options.instances.map(async instance => {
        if (!(await this.#claim(instance.name))) {
          return;
        }
        try {
          await this.#pass(instance, signal);
        } catch (error) {
          this.#options.logger.warn(
            `${instance.name} could not be compared with the ledger; that is tried again`,
            error instanceof Error ? error : undefined,
          );
        }
      }),
    );
  }

  /** The row count decides which replica's turn it is; the next turn is an interval away. */
  async #claim(instance: string): Promise<boolean> {
    const { knex, intervalMs } = this.#options;
    const { rows } = await knex.raw<{ rows: unknown[] }>(
      `INSERT INTO drift_passes AS p (instance, due_at)
       VALUES (?, now() + ? * interval '1 millisecond')
       ON CONFLICT (instance) DO UPDATE SET due_at = excluded.due_at
       WHERE p.due_at <= now()
       RETURNING instance`,
      [instance, intervalMs],
    );
    return rows.length > 0;
  }

  async #pass(instance: ManagedInstance, signal: AbortSignal): Promise<void> {
    const { knex, comparer } = this.#options;
    const probe = await instance.probe();
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows: ResourceRow[] = await knex<ResourceRow>('resources')
        .where({ instance: instance.name })
        .whereIn('phase', ['ready', 'degraded'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(BATCH);
      if (rows.length === 0 || signal.aborted) {
        break;
      }
      // One that is being worked on differs for a reason.
      const idle = rows.filter(row => row.active_request_id === null);
      for (const type of new Set(idle.map(row => row.type))) {
        const verdicts = await comparer.compare(
          instance,
          probe,
          idle.filter(row => row.type === type),
          signal,
        );
        await this.#settle(verdicts);
      }
      after = rows[rows.length - 1].id;
    }
    await knex('drift_passes')
      .where({ instance: instance.name })
      .update({ ended_at: knex.fn.now() });
  }

  /** Writes down what was found, and asks for an end of it where a policy wants that. */
  async #settle(verdicts: readonly DriftFinding[]): Promise<void> {
    const { writer, corrector } = this.#options;
    const drifted = verdicts.filter(({ drift }) => drift.changes.length > 0);
    const inVain = await corrector.contested(drifted.map(({ row }) => row.id));
    for (const verdict of verdicts) {
      const { row, drift } = verdict;
      const isContested = inVain.has(row.id);
      await writer.write(
        isContested
          ? { ...verdict, drift: contested(drift, MOST_CORRECTIONS) }
          : verdict,
      );
      if (drift.changes.length > 0 && !isContested) {
        await corrector.correct(row, drift.changes);
      }
    }
  }
}

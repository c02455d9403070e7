import type { LoggerService } from '@backstage/backend-plugin-api';
import { SharedReads } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import pLimit from 'p-limit';
import type { DriftComparer } from '../drift/DriftComparer';
import type { DoubtStore } from '../drift/DoubtStore';
import { MOST_CORRECTIONS, type DriftCorrector } from '../drift/DriftCorrector';
import { contested, type DriftFinding } from '../drift/driftOf';
import type { DriftLedger } from '../drift/DriftLedger';
import type { DriftLine } from '../drift/DriftRow';
import type { DriftWriter } from '../drift/DriftWriter';
import {
  isMassLoss,
  isNewlyLost,
  type MassLossLimit,
} from '../drift/isMassLoss';
import { SettledDrift } from '../drift/SettledDrift';
import type { ManagedInstance } from '../instances/ManagedInstance';

/** Resources that are read at one moment, and compared with what engines show after it. */
const PAGE = 5_000;
/** Objects per call of an engine. */
const BATCH = 250;
/** Calls at once: while some are answered, the others are compared. */
const AT_ONCE = 5;

export interface DriftWatcherOptions {
  knex: Knex;
  instances: readonly ManagedInstance[];
  ledger: DriftLedger;
  comparer: DriftComparer;
  writer: DriftWriter;
  corrector: DriftCorrector;
  doubts: DoubtStore;
  massLoss: MassLossLimit;
  intervalMs: number;
  logger: LoggerService;
}

/**
 * Compares what is declared with what the engines have, and writes down the difference. It never
 * corrects anything itself: that takes a request. One replica looks at an instance at a time.
 */
export class DriftWatcher {
  readonly #options: DriftWatcherOptions;
  readonly #settled: ReadonlyMap<string, SettledDrift>;

  private constructor(options: DriftWatcherOptions) {
    this.#options = options;
    this.#settled = new Map(
      options.instances.map(({ name }) => [name, new SettledDrift()]),
    );
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
          this.#options.logger
            .child({ instance: instance.name })
            .warn(
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
    const { comparer, doubts, ledger, massLoss, logger } = this.#options;
    const page = (after?: string) =>
      ledger.page(instance.name, { after, limit: PAGE });
    const settled = this.#settled.get(instance.name)!.pass(instance, signal);
    let reads = new SharedReads();
    settled.begin(reads);
    const [probe, first] = await Promise.all([instance.probe(), page()]);
    const drifted: DriftFinding[] = [];
    const lost: DriftFinding[] = [];
    let ready = 0;
    for (let lines = first; lines.length > 0; ) {
      if (signal.aborted) {
        return;
      }
      // One that is being worked on differs for a reason.
      const idle = lines.filter(line => line.active_request_id === null);
      ready += idle.filter(({ phase }) => phase === 'ready').length;
      const moment = { probe, reads };
      await inBatches(await settled.open(idle, moment), async batch => {
        // As they were before the engine was asked: what is made meanwhile is not said to be gone.
        const rows = await ledger.rows(batch);
        if (rows.length === 0) {
          return;
        }
        const found = await comparer.compare(instance, rows, moment, signal);
        await settled.keep(found, moment.reads);
        lost.push(...found.filter(isNewlyLost));
        drifted.push(
          ...(await this.#write(found.filter(each => !isNewlyLost(each)))),
        );
      });
      reads = new SharedReads();
      lines = lines.length < PAGE ? [] : await page(lines[lines.length - 1].id);
    }
    settled.end();
    const doubt = isMassLoss(lost.length, ready, massLoss)
      ? `${lost.length} of ${ready} resources seem to be gone all at once: another cluster may answer at this address, or it answers with nothing. They are shown as they were. If they are gone, raise dataResources.drift.massLoss.share to 1 for a while.`
      : null;
    if (await doubts.endPass(instance.name, doubt)) {
      logger.warn(
        doubt
          ? `${instance.name}: ${doubt}`
          : `What ${instance.name} has is believed again`,
      );
    }
    if (!doubt) {
      await this.#write(lost);
      await this.#correct(drifted);
    }
  }

  /** Answers those that differ and are not given up. */
  async #write(found: readonly DriftFinding[]): Promise<DriftFinding[]> {
    const { writer, corrector } = this.#options;
    const drifted = found.filter(({ drift }) => drift.changes.length > 0);
    const inVain = await corrector.contested(drifted.map(({ row }) => row.id));
    for (const each of found) {
      const { row, drift } = each;
      await writer.write(
        drift.changes.length > 0 && inVain.has(row.id)
          ? { ...each, drift: contested(drift, MOST_CORRECTIONS) }
          : each,
      );
    }
    return drifted.filter(({ row }) => !inVain.has(row.id));
  }

  /** Asks for an end of drift where a policy wants that. */
  async #correct(drifted: readonly DriftFinding[]): Promise<void> {
    for (const { row, drift } of drifted) {
      await this.#options.corrector.correct(row, drift.changes);
    }
  }
}

/** Ends when all that was begun has ended; after a failure nothing more is begun. */
async function inBatches(
  lines: readonly DriftLine[],
  work: (batch: DriftLine[]) => Promise<void>,
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const failures: unknown[] = [];
  await Promise.all(
    batchesOf(lines).map(async batch =>
      limit(async () => {
        if (failures.length === 0) {
          await work(batch).catch(error => failures.push(error));
        }
      }),
    ),
  );
  if (failures.length > 0) {
    throw failures[0];
  }
}

/** Of one type each. */
function batchesOf(lines: readonly DriftLine[]): DriftLine[][] {
  const batches: DriftLine[][] = [];
  for (const type of new Set(lines.map(line => line.type))) {
    const ofType = lines.filter(line => line.type === type);
    for (let from = 0; from < ofType.length; from += BATCH) {
      batches.push(ofType.slice(from, from + BATCH));
    }
  }
  return batches;
}

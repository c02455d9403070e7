import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceHistogram,
} from '@backstage/backend-plugin-api/alpha';
import type { Knex } from 'knex';
import { counterOf, histogramOf, INSTANCE } from './definitions';

export interface ExecutionMetricsOptions {
  metrics: MetricsService;
  knex: Knex;
  /** Names of the configured instances. */
  instances: readonly string[];
  logger: LoggerService;
}

/** What became of requests whose steps were worked on, by the clock of the database. */
export class ExecutionMetrics {
  readonly #knex: Knex;
  readonly #logger: LoggerService;
  readonly #executions: MetricsServiceHistogram;
  readonly #approvalToEnd: MetricsServiceHistogram;
  readonly #leasesLost: MetricsServiceCounter;

  private constructor(options: ExecutionMetricsOptions) {
    const { metrics, knex, instances, logger } = options;
    this.#knex = knex;
    this.#logger = logger;
    this.#executions = histogramOf(metrics, 'executions');
    this.#approvalToEnd = histogramOf(metrics, 'approvalToEnd');
    this.#leasesLost = counterOf(metrics, 'leasesLost');
    // A counter that begins at 1 has no increase that a rule could see.
    instances.forEach(instance =>
      this.#leasesLost.add(0, { [INSTANCE]: instance }),
    );
  }

  static create(options: ExecutionMetricsOptions): ExecutionMetrics {
    return new ExecutionMetrics(options);
  }

  /** Work was given up, for its lease is somebody else's now. */
  leasesLost(instance: string, count: number): void {
    if (count > 0) {
      this.#leasesLost.add(count, { [INSTANCE]: instance });
    }
  }

  /** Looks up how long the requests took that this replica has just ended. Never throws. */
  async ended(requestIds: readonly string[]): Promise<void> {
    if (requestIds.length === 0) {
      return;
    }
    try {
      for (const row of await this.#times(requestIds)) {
        const { engine, instance, type, action, state: outcome } = row;
        const labels = { engine, [INSTANCE]: instance, type, action, outcome };
        if (row.executed !== null) {
          this.#executions.record(row.executed, labels);
        }
        if (row.since_approval !== null) {
          this.#approvalToEnd.record(row.since_approval, labels);
        }
      }
    } catch (error) {
      // They are done; only how long they took is not known here.
      this.#logger.warn(
        `The times of ${requestIds.length} requests could not be read for the metrics`,
        error instanceof Error ? error : undefined,
      );
    }
  }

  async #times(ids: readonly string[]) {
    const { rows } = await this.#knex.raw<{
      rows: {
        engine: string;
        instance: string;
        type: string;
        action: string;
        state: string;
        executed: number | null;
        since_approval: number | null;
      }[];
    }>(
      `SELECT r.engine, r.instance, r.type, r.action, r.state,
         greatest(extract(epoch FROM r.updated_at - o.begun), 0)::float8 AS executed,
         greatest(extract(epoch FROM r.updated_at - d.approved), 0)::float8 AS since_approval
       FROM requests r
       LEFT JOIN LATERAL (
         SELECT min(started_at) AS begun FROM operations WHERE request_id = r.id) o ON true
       LEFT JOIN LATERAL (
         SELECT max(decided_at) AS approved FROM decisions
         WHERE request_id = r.id AND effect = 'approve') d ON true
       WHERE r.id = ANY(?) AND r.state IN ('completed', 'failed')`,
      [[...ids]],
    );
    return rows;
  }
}

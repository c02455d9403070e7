import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceObservable,
  MetricsServiceObservableCallback,
} from '@backstage/backend-plugin-api/alpha';
import type { Knex } from 'knex';
import {
  counterOf,
  definitions,
  gaugeOf,
  type MetricDefinition,
  type MetricKey,
} from './definitions';
import { readLedger, type Reading } from './LedgerReadings';

/** Gauges of one scrape, and scrapes of several collectors, share one look at the database. */
const MAX_AGE_MS = 5_000;

/** Shows what the ledger holds, read when somebody collects and not before. */
export class LedgerGauges {
  readonly #knex: Knex;
  readonly #instances: readonly string[];
  readonly #logger: LoggerService;
  readonly #reads: MetricsServiceCounter;
  readonly #observed: [
    MetricsServiceObservable,
    MetricsServiceObservableCallback,
  ][] = [];
  #last?: { readings: Promise<Reading[]>; at: number };

  private constructor(options: LedgerGaugesOptions) {
    this.#knex = options.knex;
    this.#instances = options.instances;
    this.#logger = options.logger;
    this.#reads = counterOf(options.metrics, 'ledgerReads');
    // A counter that begins at 1 has no increase that a rule could see.
    this.#reads.add(0, { outcome: 'ok' });
    this.#reads.add(0, { outcome: 'failed' });
  }

  static create(options: LedgerGaugesOptions): LedgerGauges {
    const gauges = new LedgerGauges(options);
    for (const [key, definition] of Object.entries(definitions)) {
      if (definition.scope === 'ledger') {
        gauges.#observe(options.metrics, key as MetricKey);
      }
    }
    return gauges;
  }

  /** After this nobody's scrape asks the database any more. */
  stop(): void {
    this.#observed.forEach(([gauge, callback]) =>
      gauge.removeCallback(callback),
    );
  }

  #observe(metrics: MetricsService, key: MetricKey): void {
    const gauge = gaugeOf(metrics, key);
    const callback: MetricsServiceObservableCallback = async result => {
      for (const { value, labels } of this.#filled(key, await this.#read())) {
        result.observe(value, labels);
      }
    };
    gauge.addCallback(callback);
    this.#observed.push([gauge, callback]);
  }

  /** A queue that is empty says so: a series that comes and goes cannot be compared with 0. */
  #filled(key: MetricKey, readings: readonly Reading[]): Reading[] {
    const mine = readings.filter(({ metric }) => metric === key);
    const { labels }: MetricDefinition = definitions[key];
    const zero = (more: Record<string, string> = {}) =>
      this.#instances
        .filter(
          instance =>
            !mine.some(
              ({ labels: of }) =>
                of.instance === instance && of.queue === more.queue,
            ),
        )
        .map(instance => ({
          metric: key,
          value: 0,
          labels: { instance, ...more },
        }));
    if (labels.join() === 'instance' && key !== 'driftPassAge') {
      return [...mine, ...zero()];
    }
    if (key === 'queueDepth') {
      return [
        ...mine,
        ...zero({ queue: 'requests' }),
        ...zero({ queue: 'resources' }),
      ];
    }
    return mine;
  }

  async #read(): Promise<Reading[]> {
    if (!this.#last || Date.now() - this.#last.at > MAX_AGE_MS) {
      this.#last = { readings: this.#look(), at: Date.now() };
    }
    return this.#last.readings;
  }

  async #look(): Promise<Reading[]> {
    try {
      const readings = await readLedger(this.#knex);
      this.#reads.add(1, { outcome: 'ok' });
      return readings;
    } catch (error) {
      this.#reads.add(1, { outcome: 'failed' });
      this.#logger.warn(
        'The ledger could not be read for its metrics; they are missing until it can',
        error instanceof Error ? error : undefined,
      );
      return [];
    }
  }
}

export interface LedgerGaugesOptions {
  metrics: MetricsService;
  knex: Knex;
  /** Names of the configured instances. */
  instances: readonly string[];
  logger: LoggerService;
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceObservable,
  MetricsServiceObservableCallback,
} from '@backstage/backend-plugin-api/alpha';
import stringify from 'fast-json-stable-stringify';
import type { Knex } from 'knex';
import {
  counterOf,
  definitions,
  gaugeOf,
  INSTANCE,
  type MetricDefinition,
  type MetricKey,
} from './definitions';
import { readLedger, type Reading } from './LedgerReadings';
import { useDefinitions } from './useDefinitions';

/** Gauges of one scrape, and scrapes of several collectors, share one look at the database. */
const MAX_AGE_MS = 2_000;

export interface LedgerGaugesOptions {
  metrics: MetricsService;
  knex: Knex;
  /** Names of the configured instances. */
  instances: readonly string[];
  logger: LoggerService;
}

/** Shows what the ledger holds, read when somebody collects and not before. */
export class LedgerGauges {
  readonly #knex: Knex;
  readonly #logger: LoggerService;
  readonly #reads: MetricsServiceCounter;
  readonly #observed: [
    MetricsServiceObservable,
    MetricsServiceObservableCallback,
  ][] = [];
  #last?: { readings: Promise<Reading[] | undefined>; at: number };

  private constructor(options: LedgerGaugesOptions) {
    this.#knex = options.knex;
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
        gauges.#observe(options, key as MetricKey);
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

  #observe(options: LedgerGaugesOptions, key: MetricKey): void {
    const gauge = gaugeOf(options.metrics, key);
    const series = new Map<string, Record<string, string>>();
    firstSeries(key, options.instances).forEach(labels =>
      series.set(stringify(labels), labels),
    );
    const callback: MetricsServiceObservableCallback = async result => {
      const readings = await this.#read();
      const values = new Map<string, number>();
      for (const { metric, value, labels } of readings ?? []) {
        if (metric === key && isKept(key, labels, options.instances)) {
          series.set(stringify(labels), labels);
          values.set(stringify(labels), value);
        }
      }
      // The SDK repeats what a series last had until it is told another value: what is not there
      // any more is 0, and what could not be read is no number.
      series.forEach((labels, name) =>
        result.observe(readings ? values.get(name) ?? 0 : NaN, labels),
      );
    };
    gauge.addCallback(callback);
    this.#observed.push([gauge, callback]);
  }

  async #read(): Promise<Reading[] | undefined> {
    if (!this.#last || Date.now() - this.#last.at > MAX_AGE_MS) {
      this.#last = { readings: this.#look(), at: Date.now() };
    }
    return this.#last.readings;
  }

  async #look(): Promise<Reading[] | undefined> {
    try {
      const readings = await readLedger(this.#knex);
      this.#reads.add(1, { outcome: 'ok' });
      return readings;
    } catch (error) {
      this.#reads.add(1, { outcome: 'failed' });
      this.#logger.warn(
        'The ledger could not be read for its metrics; they are NaN until it can',
        error instanceof Error ? error : undefined,
      );
      return undefined;
    }
  }
}

/** No pass looks at an instance that is not configured any more: what the last one found says nothing. */
function isKept(
  key: MetricKey,
  labels: Record<string, string>,
  instances: readonly string[],
): boolean {
  return key === 'driftPassAge' || key in useDefinitions
    ? instances.includes(labels[INSTANCE])
    : true;
}

/** A queue that has always been empty says so too: what is not there cannot be compared. */
function firstSeries(
  key: MetricKey,
  instances: readonly string[],
): Record<string, string>[] {
  if (key === 'queueDepth') {
    return instances.flatMap(instance => [
      { [INSTANCE]: instance, queue: 'requests' },
      { [INSTANCE]: instance, queue: 'resources' },
    ]);
  }
  const { labels }: MetricDefinition = definitions[key];
  // A pass that never ended has no age.
  return labels.join() === INSTANCE && key !== 'driftPassAge'
    ? instances.map(instance => ({ [INSTANCE]: instance }))
    : [];
}

import type {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceHistogram,
} from '@backstage/backend-plugin-api/alpha';
import {
  isProviderError,
  type EngineInstance,
  type StepJournal,
} from '@data-resources/plugin-data-resources-node';
import { counterOf, histogramOf, INSTANCE } from './definitions';
import { measureCalls } from './measureCalls';

interface Place {
  engine: string;
  name: string;
}

/** Measures what the engines are asked and answer. */
export class EngineMetrics {
  readonly #calls: MetricsServiceHistogram;
  readonly #stepErrors: MetricsServiceCounter;

  private constructor(metrics: MetricsService) {
    this.#calls = histogramOf(metrics, 'engineCalls');
    this.#stepErrors = counterOf(metrics, 'stepErrors');
  }

  static create(options: { metrics: MetricsService }): EngineMetrics {
    return new EngineMetrics(options.metrics);
  }

  /** The same connection, with every call of it, of its providers and of its logins measured. */
  connection({ engine, name }: Place, connection: EngineInstance) {
    const record = (operation: string, ms: number, error?: unknown) =>
      this.#calls.record(ms / 1_000, {
        engine,
        [INSTANCE]: name,
        operation,
        outcome: error === undefined ? 'ok' : reasonOf(error),
      });
    const logins = measureCalls(connection.logins, (method, ...rest) =>
      record(`logins.${method}`, ...rest),
    );
    // One wrapper per provider: a connection hands out the same one again and again.
    const providers = new WeakMap<object, object>();
    return new Proxy(measureCalls(connection, record), {
      get(target, property) {
        if (property === 'logins') {
          return logins;
        }
        if (property === 'provider') {
          return (type: string) => {
            const provider = connection.provider(type);
            const known = providers.get(provider);
            if (known) {
              return known;
            }
            const measured = measureCalls(provider, record);
            providers.set(provider, measured);
            return measured;
          };
        }
        return Reflect.get(target, property);
      },
    });
  }

  /** The same journal; steps that were not done are counted as they are written down. */
  journal(
    { engine, name }: Place,
    journal: StepJournal,
    kindOf: ReadonlyMap<string, string>,
  ): StepJournal {
    return {
      loginUse: (key, base) => journal.loginUse(key, base),
      withLogins: (bases, work) => journal.withLogins(bases, work),
      write: async entry => {
        const written = await journal.write(entry);
        for (const outcome of entry.outcomes) {
          if (outcome.state !== 'done' && written.has(outcome.key)) {
            this.#stepErrors.add(1, {
              engine,
              [INSTANCE]: name,
              kind: kindOf.get(outcome.key) ?? 'unknown',
              reason: outcome.error.reason,
            });
          }
        }
        return written;
      },
    };
  }
}

/** The closed set of reasons, and one more for what no engine should throw. */
function reasonOf(error: unknown): string {
  return isProviderError(error) ? error.reason : 'Internal';
}

import type {
  MetricsService,
  MetricsServiceCounter,
} from '@backstage/backend-plugin-api/alpha';
import { counterOf } from './definitions';

/**
 * Counts what entered the audit trail: each row once over all replicas, and only after it was
 * committed.
 */
export class EventMetrics {
  readonly #events: MetricsServiceCounter;

  private constructor(metrics: MetricsService) {
    this.#events = counterOf(metrics, 'events');
  }

  static create(options: { metrics: MetricsService }): EventMetrics {
    return new EventMetrics(options.metrics);
  }

  numbered(rows: readonly { event: string }[]): void {
    const counts = new Map<string, number>();
    for (const { event } of rows) {
      counts.set(event, (counts.get(event) ?? 0) + 1);
    }
    counts.forEach((count, event) => this.#events.add(count, { event }));
  }
}

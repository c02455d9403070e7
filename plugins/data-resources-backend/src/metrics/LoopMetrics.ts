import type {
  MetricsService,
  MetricsServiceHistogram,
} from '@backstage/backend-plugin-api/alpha';
import { gaugeOf, histogramOf } from './definitions';

/** When the loops of this process last did what they are for. */
export class LoopMetrics {
  readonly #runs: MetricsServiceHistogram;
  readonly #lastSuccess = new Map<string, number>();

  private constructor(metrics: MetricsService) {
    this.#runs = histogramOf(metrics, 'loopRuns');
    gaugeOf(metrics, 'loopLastSuccess').addCallback(result =>
      this.#lastSuccess.forEach((at, loop) => result.observe(at, { loop })),
    );
  }

  static create(options: { metrics: MetricsService }): LoopMetrics {
    return new LoopMetrics(options.metrics);
  }

  /** The same work, measured under the name of its loop. */
  measured<T>(loop: string, run: () => Promise<T>): () => Promise<T> {
    // One that never succeeds must grow old as well.
    this.#succeeded(loop);
    return async () => {
      const begin = performance.now();
      let outcome = 'failed';
      try {
        const result = await run();
        outcome = 'ok';
        this.#succeeded(loop);
        return result;
      } finally {
        this.#runs.record((performance.now() - begin) / 1_000, {
          loop,
          outcome,
        });
      }
    };
  }

  #succeeded(loop: string): void {
    this.#lastSuccess.set(loop, Date.now() / 1_000);
  }
}

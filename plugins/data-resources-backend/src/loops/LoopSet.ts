import type { LoggerService } from '@backstage/backend-plugin-api';
import type { LoopMetrics } from '../metrics';
import { Loop } from './Loop';

/** The loops of the plugin: each measured under its name, and all stopped together. */
export class LoopSet {
  readonly #options: { metrics: LoopMetrics; logger: LoggerService };
  readonly #loops: Loop[] = [];

  private constructor(options: {
    metrics: LoopMetrics;
    logger: LoggerService;
  }) {
    this.#options = options;
  }

  static create(options: {
    metrics: LoopMetrics;
    logger: LoggerService;
  }): LoopSet {
    return new LoopSet(options);
  }

  start(name: string, intervalMs: number, run: () => Promise<unknown>): void {
    const { metrics, logger } = this.#options;
    this.#loops.push(
      Loop.start({
        name,
        intervalMs,
        logger,
        run: metrics.measured(name, async () => {
          await run();
        }),
      }),
    );
  }

  /** Waits for what each of them is doing. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#loops.map(loop => loop.stop()));
  }
}

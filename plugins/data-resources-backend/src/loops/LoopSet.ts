import type { LoggerService } from '@backstage/backend-plugin-api';
import type { LoopMetrics } from '../metrics';
import { Loop } from './Loop';
import type { Rush } from './Rush';

export interface LoopSetOptions {
  metrics: LoopMetrics;
  rush: Rush;
  logger: LoggerService;
}

/** The loops of the plugin: each measured under its name, and all stopped together. */
export class LoopSet {
  readonly #options: LoopSetOptions;
  readonly #loops: Loop[] = [];

  private constructor(options: LoopSetOptions) {
    this.#options = options;
  }

  static create(options: LoopSetOptions): LoopSet {
    return new LoopSet(options);
  }

  start(name: string, intervalMs: number, run: () => Promise<unknown>): void {
    this.#start(name, intervalMs, run);
  }

  /** One that leaves turns out for some seconds where much else is to be done. */
  startPatient(
    name: string,
    intervalMs: number,
    run: () => Promise<unknown>,
  ): void {
    this.#start(name, intervalMs, run, () => this.#options.rush.isOn);
  }

  #start(
    name: string,
    intervalMs: number,
    run: () => Promise<unknown>,
    mayWait?: () => boolean,
  ): void {
    const { metrics, logger } = this.#options;
    this.#loops.push(
      Loop.start({
        name,
        intervalMs,
        logger,
        run: metrics.measured(name, async () => {
          await run();
        }),
        mayWait,
      }),
    );
  }

  /** Waits for what each of them is doing. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#loops.map(loop => loop.stop()));
  }
}

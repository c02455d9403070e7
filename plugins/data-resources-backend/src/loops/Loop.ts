import type { LoggerService } from '@backstage/backend-plugin-api';

export interface LoopOptions {
  /** Stands in log lines. */
  name: string;
  intervalMs: number;
  logger: LoggerService;
  run(): Promise<void>;
  /** Whether a turn may be left out at this moment; never for longer than {@link PATIENCE_MS}. */
  mayWait?(): boolean;
}

/** The longest that a loop which may wait goes without a turn. */
const PATIENCE_MS = 3_000;

/** Does something again and again, one run after the other, until it is stopped. */
export class Loop {
  readonly #options: LoopOptions;
  #timer?: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #ranAt = performance.now();

  private constructor(options: LoopOptions) {
    this.#options = options;
  }

  static start(options: LoopOptions): Loop {
    const loop = new Loop(options);
    loop.#schedule();
    return loop;
  }

  /** Waits for the run that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    if (this.#stopped) {
      return;
    }
    this.#timer = setTimeout(() => {
      this.#running = this.#runOnce().finally(() => this.#schedule());
    }, this.#options.intervalMs);
  }

  async #runOnce(): Promise<void> {
    const { name, logger, run, mayWait } = this.#options;
    if (mayWait?.() && performance.now() - this.#ranAt < PATIENCE_MS) {
      return;
    }
    this.#ranAt = performance.now();
    try {
      await run();
    } catch (error) {
      // The next run tries again; what it works on is in the database.
      logger.warn(
        `${name} did not succeed and is tried again`,
        error instanceof Error ? error : undefined,
      );
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CallContext,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';

/** Why a {@link Deadline} ended a wait. */
export class DeadlineError extends Error {
  name = 'DeadlineError' as const;
}

/** How long one call of an instance may still take; ends early when the caller aborts. */
export class Deadline {
  readonly #end: number;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #caller: AbortSignal;
  readonly #reads?: SharedReads;
  /** Where a node has to answer, if that matters. */
  readonly dataCenter?: string;

  private constructor(
    { signal: caller, reads }: Pick<CallContext, 'signal' | 'reads'>,
    timeoutMs: number,
    dataCenter?: string,
  ) {
    this.dataCenter = dataCenter;
    this.#reads = reads;
    this.#end = Date.now() + timeoutMs;
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
    this.#signal = AbortSignal.any([caller, AbortSignal.timeout(timeoutMs)]);
  }

  static start(
    context: Pick<CallContext, 'signal' | 'reads'>,
    timeoutMs: number,
  ): Deadline {
    return new Deadline(context, timeoutMs);
  }

  /** The same end, for what a node of one data centre has to answer. */
  within(dataCenter: string): Deadline {
    return new Deadline(
      { signal: this.#caller },
      Math.max(1, this.#end - Date.now()),
      dataCenter,
    );
  }

  /** For what may take so long and no longer, and no longer than this. */
  atMost(ms: number): Deadline {
    const leftMs = Math.max(1, this.#end - Date.now());
    return new Deadline({ signal: this.#caller }, Math.min(ms, leftMs));
  }

  /** True for one of many calls that look at the same moment, and share what they read. */
  get isShared(): boolean {
    return this.#reads !== undefined;
  }

  /** Reads what other calls of the same moment need as well, once for all of them. */
  async once<T>(key: string, read: () => Promise<T>): Promise<T> {
    return this.#reads ? this.race(this.#reads.once(key, read)) : read();
  }

  /** Whether at least half of the time is left, so that a slow call may begin. */
  get allowsSlowCall(): boolean {
    return (
      !this.#signal.aborted && this.#end - Date.now() >= this.#timeoutMs / 2
    );
  }

  /**
   * Waits for `work`, which goes on by itself when the deadline is over.
   *
   * @throws DeadlineError when it is over first
   */
  async race<T>(work: Promise<T>): Promise<T> {
    let end!: () => void;
    const over = new Promise<never>((_resolve, reject) => {
      end = () => reject(this.#error());
    });
    try {
      if (this.#signal.aborted) {
        end();
      }
      this.#signal.addEventListener('abort', end, { once: true });
      return await Promise.race([over, work]);
    } finally {
      this.#signal.removeEventListener('abort', end);
    }
  }

  /** Waits for so long, or until the deadline is over. */
  async pause(ms: number): Promise<void> {
    await this.race(sleep(ms, undefined, { ref: false })).catch(() => {});
  }

  #error(): DeadlineError {
    return new DeadlineError(
      this.#caller.aborted
        ? 'the work was aborted'
        : `there was no answer within ${this.#timeoutMs} ms`,
    );
  }
}

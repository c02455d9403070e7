import { setTimeout as delay } from 'node:timers/promises';
import type { SharedReads } from '@data-resources/plugin-data-resources-node';

const FIRST_PAUSE_MS = 2;
const PAUSE_GROWTH = 1.5;
const LONGEST_PAUSE_MS = 60;
/** For each part of the time that is spent looking, so many are spent waiting. */
const PARTS_WAITING = 3;

/** The time that one call of the contract has, and the caller's own reason to stop. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #end: number;
  readonly #caller: AbortSignal;
  readonly #reads?: SharedReads;

  /** @param reads - what the call shares with others */
  constructor(caller: AbortSignal, timeoutMs: number, reads?: SharedReads) {
    this.#caller = caller;
    this.#reads = reads;
    this.#end = performance.now() + timeoutMs;
    this.signal = AbortSignal.any([caller, AbortSignal.timeout(timeoutMs)]);
  }

  /** True when the caller stopped, as opposed to time running out. */
  get aborted(): boolean {
    return this.#caller.aborted;
  }

  /** True for one of many calls that look at the same moment, and share what they read. */
  get isShared(): boolean {
    return this.#reads !== undefined;
  }

  /** Reads what other calls of the same moment need as well, once for all of them. */
  async once<T>(key: string, read: () => Promise<T>): Promise<T> {
    return this.#reads ? this.#reads.once(key, read) : read();
  }

  get remainingMs(): number {
    return Math.max(0, Math.round(this.#end - performance.now()));
  }

  /** Settles like `promise`, or rejects as soon as the time is over. */
  async race<T>(promise: Promise<T>): Promise<T> {
    // What loses the race may still fail later, which is nobody's business then.
    promise.catch(() => {});
    this.signal.throwIfAborted();
    let stop: () => void = () => {};
    const over = new Promise<never>((_, reject) => {
      stop = () => reject(this.signal.reason);
      this.signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([promise, over]);
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
  }

  /**
   * Looks until `look` says true: an acknowledgement of Kafka comes before what it
   * acknowledges is visible on the brokers. False when the time is over first.
   */
  async until(look: () => Promise<boolean>): Promise<boolean> {
    for (
      let pause = FIRST_PAUSE_MS;
      ;
      pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_MS)
    ) {
      const begin = performance.now();
      if (await look()) {
        return true;
      }
      // Looking at much takes the time of what is looked for.
      const rest = PARTS_WAITING * (performance.now() - begin);
      try {
        await delay(Math.max(pause, rest), undefined, { signal: this.signal });
      } catch {
        return false;
      }
    }
  }
}

import type { StepIntent, StepJournal, StepOutcome } from './StepJournal';

interface Options {
  journal: StepJournal;
  /** How long an outcome may wait for intents to go with. */
  withinMs: number;
  /** Told of each outcome that was not written, for the lease is somebody else's. */
  onLost(key: string): void;
}

/**
 * Outcomes on their way into the journal. Between two steps there is one write, not two: what
 * ended goes together with what begins next. A process that dies before leaves the intent open,
 * and the next one finds out by it what became of the step.
 */
export class OutcomeBuffer {
  readonly #options: Options;
  #held: StepOutcome[] = [];
  #timer?: NodeJS.Timeout;
  /** One write at a time, in the order in which things happened. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Takes outcomes; an intent that is long in coming does not hold them up. */
  add(outcomes: readonly StepOutcome[]): void {
    this.#held.push(...outcomes);
    if (this.#held.length > 0) {
      this.#timer ??= setTimeout(() => {
        // Whoever writes next is told of a failure.
        this.#write([]).catch(() => {});
      }, this.#options.withinMs);
    }
  }

  /** Opens intents, and writes what is held; answers the keys for which the lease is held. */
  begin(intents: readonly StepIntent[]): Promise<ReadonlySet<string>> {
    return this.#write(intents);
  }

  /** Writes what is held. */
  async flush(): Promise<void> {
    await this.#write([]);
  }

  /** Drops what is held; returns when nothing is being written any more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#held = [];
    await this.#last.catch(() => {});
  }

  #write(intents: readonly StepIntent[]): Promise<ReadonlySet<string>> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const outcomes = this.#held;
    this.#held = [];
    const written = this.#last.then(async () => {
      if (outcomes.length === 0 && intents.length === 0) {
        return new Set<string>();
      }
      const keys = await this.#options.journal.write({ outcomes, intents });
      for (const { key } of outcomes) {
        if (!keys.has(key)) {
          this.#options.onLost(key);
        }
      }
      return keys;
    });
    this.#last = written;
    return written;
  }
}

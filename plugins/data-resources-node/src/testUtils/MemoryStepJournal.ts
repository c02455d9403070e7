import type { JsonObject } from '@backstage/types';
import type { ObjectRef } from '../engine/ResourceProvider';
import type {
  JournalEntry,
  LoginUse,
  StepJournal,
  StepOutcome,
} from '../steps/StepJournal';
import type { RunnableStep, StepRunItem } from '../steps/StepRunner';

/**
 * Something that a {@link MemoryStepJournal} has just made durable.
 *
 * @public
 */
export interface JournalEvent {
  kind: 'intents-written' | 'outcomes-written';
  keys: string[];
}

interface Entry {
  outcome?: StepOutcome;
  intent?: { attempt: number; evidence: JsonObject };
}

/**
 * A {@link StepJournal} for tests. It outlives the runner that writes to it, as a database
 * outlives a process: a run that was cut off is continued from {@link MemoryStepJournal.item}.
 *
 * @public
 */
export class MemoryStepJournal implements StepJournal {
  /** Login bases that another grant still needs. */
  readonly loginsInUse = new Set<string>();
  /** The roles of other grants by login base, where a test is about them. */
  readonly rolesInUse = new Map<string, readonly string[]>();
  /** Keys whose lease somebody else holds: what they say is not written. */
  readonly lostKeys = new Set<string>();
  /** Called when something has become durable; a throw is the writer's death. */
  onEvent?: (event: JournalEvent) => void | Promise<void>;

  readonly #entries = new Map<string, Entry>();
  readonly #logins = new Map<string, Promise<unknown>>();

  async write({
    outcomes,
    intents,
  }: JournalEntry): Promise<ReadonlySet<string>> {
    const isHeld = ({ key }: { key: string }) => !this.lostKeys.has(key);
    const ended = outcomes.filter(isHeld);
    for (const outcome of ended) {
      const entry = this.#entry(outcome.key);
      entry.outcome = outcome;
      if (outcome.state !== 'unknown') {
        entry.intent = undefined;
      }
    }
    const begun = intents.filter(isHeld);
    for (const { key, evidence } of begun) {
      const entry = this.#entry(key);
      entry.intent = {
        attempt: (entry.intent?.attempt ?? 0) + 1,
        // A copy, for what is read back from a database is one too.
        evidence: structuredClone(evidence),
      };
    }
    return new Set([
      ...(await this.#written('outcomes-written', ended)),
      ...(await this.#written('intents-written', begun)),
    ]);
  }

  async loginUse(_key: string, base: string): Promise<LoginUse> {
    const roles = this.rolesInUse.get(base);
    return {
      inUse: this.loginsInUse.has(base) || Boolean(roles?.length),
      roles,
    };
  }

  async withLogins<T>(
    bases: readonly string[],
    work: () => Promise<T>,
  ): Promise<T> {
    const before = bases.map(base => this.#logins.get(base));
    const turn = Promise.allSettled(before).then(work);
    for (const base of bases) {
      this.#logins.set(
        base,
        turn.catch(() => undefined),
      );
    }
    return turn;
  }

  /** The last outcome of a step. */
  outcome(key: string): StepOutcome | undefined {
    return this.#entries.get(key)?.outcome;
  }

  /** The open intent of a step. */
  intent(key: string): { attempt: number; evidence: JsonObject } | undefined {
    return this.#entries.get(key)?.intent;
  }

  /** The identity that the steps done so far have proven, merged into `identity`. */
  identity(
    steps: readonly RunnableStep[],
    identity?: JsonObject,
  ): JsonObject | undefined {
    return steps.reduce<JsonObject | undefined>((merged, { key }) => {
      const outcome = this.outcome(key);
      return outcome?.state === 'done' && outcome.identity
        ? { ...merged, ...outcome.identity }
        : merged;
    }, identity);
  }

  /** What is still to be done, with the intents that are open: where the next run begins. */
  item(
    key: string,
    object: ObjectRef,
    steps: readonly RunnableStep[],
  ): StepRunItem {
    return {
      key,
      object: {
        name: object.name,
        identity: this.identity(steps, object.identity),
      },
      steps: steps
        .filter(step => this.outcome(step.key)?.state !== 'done')
        .map(step => ({ ...step, intent: this.intent(step.key) })),
    };
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? {};
    this.#entries.set(key, entry);
    return entry;
  }

  async #written(
    kind: JournalEvent['kind'],
    written: readonly { key: string }[],
  ): Promise<string[]> {
    const keys = written.map(({ key }) => key);
    if (keys.length > 0) {
      await this.onEvent?.({ kind, keys });
    }
    return keys;
  }
}

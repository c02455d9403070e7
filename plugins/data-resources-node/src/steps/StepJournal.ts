import type { JsonObject } from '@backstage/types';
import type { ProviderError } from '../errors/ProviderError';

/**
 * How a step ended, as far as is known.
 *
 * - `done`: the effect is there; `identity` is merged into the object's, and `note` is kept for
 *   those who read the request.
 * - `failed`: the step was not done; its intent is closed.
 * - `unknown`: the effect may or may not be there; the intent stays open.
 *
 * @public
 */
export type StepOutcome =
  | { key: string; state: 'done'; identity?: JsonObject; note?: string }
  | { key: string; state: 'failed' | 'unknown'; error: ProviderError };

/**
 * What other grants need a login for.
 *
 * @public
 */
export interface LoginUse {
  inUse: boolean;
  /** The roles of those grants, each once; undefined where they are not known. */
  roles?: readonly string[];
}

/**
 * From when it is written the effect of a step may exist.
 *
 * @public
 */
export interface StepIntent {
  key: string;
  /** What the check saw before the attempt. */
  evidence: JsonObject;
}

/**
 * What is written at one moment: how steps ended, and which are to begin. No step is in both.
 *
 * @public
 */
export interface JournalEntry {
  outcomes: readonly StepOutcome[];
  intents: readonly StepIntent[];
}

/**
 * Where intents are written before an engine is touched, and outcomes after it.
 *
 * @public
 */
export interface StepJournal {
  /**
   * Makes all of an entry durable, or nothing. Answers with the keys for which the writer still
   * holds the lease; work on the others stops at once.
   */
  write(entry: JournalEntry): Promise<ReadonlySet<string>>;
  /** Whether grants other than those that the step's plan removes need the login. */
  loginUse(key: string, base: string): Promise<LoginUse>;
  /**
   * Runs `work` while nobody else makes, removes or issues one of these logins on the
   * instance. Throws a `ProviderError` `Unreachable` when they are not free within a bounded time.
   */
  withLogins<T>(bases: readonly string[], work: () => Promise<T>): Promise<T>;
}

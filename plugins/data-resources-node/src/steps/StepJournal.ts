import type { JsonObject } from '@backstage/types';
import type { ProviderError } from '../errors/ProviderError';

/**
 * How a step ended, as far as is known.
 *
 * - `done`: the effect is there; `identity` is merged into the object's.
 * - `failed`: the step was not done; its intent is closed.
 * - `unknown`: the effect may or may not be there; the intent stays open.
 *
 * @public
 */
export type StepOutcome =
  | { key: string; state: 'done'; identity?: JsonObject }
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
 * Where intents are written before an engine is touched, and outcomes after it. What a
 * method says is durable when it returns. `begin` and `record` answer with the keys for
 * which the writer still holds the lease; work on the others stops at once.
 *
 * @public
 */
export interface StepJournal {
  /** Opens an intent per step: from now on the effect may exist. */
  begin(
    intents: readonly { key: string; evidence: JsonObject }[],
  ): Promise<ReadonlySet<string>>;
  /** Writes outcomes. */
  record(outcomes: readonly StepOutcome[]): Promise<ReadonlySet<string>>;
  /** Whether grants other than those that the step's plan removes need the login. */
  loginUse(key: string, base: string): Promise<LoginUse>;
  /**
   * Runs `work` while nobody else makes, removes or issues one of these logins on the
   * instance. Throws a `ProviderError` `Unreachable` when they are not free within a bounded time.
   */
  withLogins<T>(bases: readonly string[], work: () => Promise<T>): Promise<T>;
}

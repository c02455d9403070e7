import type { CallContext } from './CallContext';

/**
 * The two login slots of one principal on one instance; see {@link loginSlots}.
 *
 * @public
 */
export interface LoginSlots {
  /** What both names begin with; also Kafka's group name and the stem of its group prefix. */
  base: string;
  /** The two login names. */
  a: string;
  b: string;
}

/**
 * What is to be told of a login with its password.
 *
 * @public
 */
export interface EnabledLogin {
  /** ISO 8601, UTC. Absent where the password does not run out by itself. */
  validUntil?: string;
}

/**
 * Makes a slot able, or unable, to log in. Nothing here grants a right on a resource: a plan's
 * steps do that, for both slots alike.
 *
 * @public
 */
export interface LoginProvider {
  /**
   * Sets `password` (as a verifier wherever the engine takes one) on the login and lets it
   * log in. The login was made by the `ensure` step of a grant where the engine needs that;
   * if it is gone, `Conflict`. Read back before it returns; `Unknown` if that is not possible.
   * Answers with the moment, in ISO 8601, until which the password is good, if it runs out.
   */
  enable(
    input: { username: string; password: string },
    context: CallContext,
  ): Promise<EnabledLogin | void>;
  /**
   * From now on the login is refused; open connections may live on. No error if it already
   * is, or is gone.
   */
  disable(input: { username: string }, context: CallContext): Promise<void>;
  /** Which of the logins can log in now. */
  observe(
    usernames: readonly string[],
    context: CallContext,
  ): Promise<Map<string, { exists: boolean; enabled: boolean }>>;
}

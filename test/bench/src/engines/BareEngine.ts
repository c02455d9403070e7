import type { JsonObject } from '@backstage/types';

/** An engine as its client library alone uses it, in the fewest and largest calls that it takes. */
export interface BareEngine {
  /** As the instance stands in the configuration of the portal. */
  readonly instance: JsonObject & { name: string };
  /** What is asked for in the portal, and made bare in the same way. */
  readonly wanted: { type: string; spec: JsonObject; role: string };
  /** One object that is ready for use, with access for a new login that can log in. */
  makeOne(name: string): Promise<void>;
  /** Many objects that are ready for use, with access for one login. */
  makeMany(names: readonly string[]): Promise<void>;
  /** Reads all that a comparison with what is declared needs of every object that there is. */
  look(): Promise<void>;
  /** What of these objects is not there, or lacks the access; found by an administrator. */
  missing(
    names: readonly string[],
    logins: readonly string[],
  ): Promise<string[]>;
  /** Removes what {@link BareEngine.makeOne} and {@link BareEngine.makeMany} made. */
  close(): Promise<void>;
}

import type { JsonObject } from '@backstage/types';

/** An engine as its client library alone uses it, in the fewest and largest calls that it takes. */
export interface BareEngine {
  /** Where it listens. */
  readonly address: { host: string; port: number };
  /** As an instance of this name stands in the configuration of the portal. */
  instance(name: string, address: { host: string; port: number }): JsonObject;
  /** What is asked for in the portal, and made bare in the same way. */
  readonly wanted: { type: string; spec: JsonObject; role: string };
  /** The spec of objects that are only there to be looked at: as small as they can be. */
  readonly small: JsonObject;
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
  clear(): Promise<void>;
  /** Ends its connections. */
  close(): Promise<void>;
}

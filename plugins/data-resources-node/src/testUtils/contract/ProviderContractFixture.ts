import type { JsonObject } from '@backstage/types';
import type { Engine } from '../../engine/Engine';
import type { EngineInstance } from '../../engine/EngineInstance';

/**
 * What {@link runProviderContractTests} needs to know about an engine and its real server.
 *
 * @public
 */
export interface ProviderContractFixture {
  engine: Engine;
  /** The one of the engine's types that is tested. */
  type: string;
  /** Part of the login names. */
  installationId: string;
  /**
   * Opens the instance afresh, as a process that has just started would. It must reach the
   * server on the way that `outage` breaks. The suite closes it.
   */
  createInstance(): EngineInstance;
  /** An ordinary spec, as a user would send it. */
  spec: JsonObject;
  /** A spec that an object of `spec` can be changed to, and back again, without losing anything. */
  changedSpec: JsonObject;
  /** A name that nothing on the server has. */
  uniqueName(): string;
  /** What somebody with all rights does without the portal. */
  administrator: {
    /** Makes an object of the type that is not ours, as like ours as can be. */
    createForeign(name: string): Promise<void>;
    /**
     * Makes an object that is not ours, as people leave one: with data in it, settings of its
     * own and somebody who may use it. Gives the portal's login what an adoption asks an
     * administrator for.
     */
    createAdoptable(name: string): Promise<void>;
    /** Changes something of the object that its spec declares, as a person would by hand. */
    change(name: string): Promise<void>;
    /** Drops the object alone, whoever made it. */
    remove(name: string): Promise<void>;
    /** Drops the object and all that belongs to it and to the logins. No error if there is nothing. */
    cleanUp(name: string, logins: readonly string[]): Promise<void>;
  };
  /** Makes the server unreachable for the instances; what it holds stays. */
  outage: {
    begin(): Promise<void>;
    end(): Promise<void>;
  };
  /** Looks at the server without the product's code. */
  witness: {
    /**
     * Undefined when there is no such object; else a text that another object of the same
     * name, or another setting or owner of it, would change.
     */
    fingerprint(name: string): Promise<string | undefined>;
    /**
     * What an adoption must leave, as text: the object itself, its data and settings, who owns
     * it, and what everybody may do but the portal's own login, group roles and logins. Undefined
     * when there is no such object.
     */
    asLeft(name: string): Promise<string | undefined>;
    /**
     * Everything on the server, save the object itself, that bears its name or one of the
     * logins: group roles, ACLs, users, … Empty when all is gone.
     */
    leftovers(name: string, logins: readonly string[]): Promise<string[]>;
    /**
     * Whether a plain client can use the object with a login that has the first of the type's
     * roles. Throws when the server does not answer.
     */
    canUse(name: string, username: string, password: string): Promise<boolean>;
    /**
     * Opens a plain client that uses the object, with a login that has the first of the type's
     * roles, until it is ended.
     */
    use(
      name: string,
      username: string,
      password: string,
    ): Promise<{ end(): Promise<void> }>;
    /** Whether a plain client logs in. Throws when the server does not answer. */
    canLogin(username: string, password: string): Promise<boolean>;
  };
  /**
   * The longest that `outage.end()` needs until the server answers again, in milliseconds;
   * 0 unless told.
   */
  recoveryMs?: number;
}

/**
 * @public
 */
export interface ProviderContractOptions {
  /** Stands in the tests' names. */
  name: string;
  /** Prepares what the tests need; called once. */
  setUp(): Promise<ProviderContractFixture>;
  /** Ends what `setUp` began. */
  tearDown?(): Promise<void>;
  /** For the longest of the tests, in milliseconds; 120 000 unless told. */
  timeoutMs?: number;
}

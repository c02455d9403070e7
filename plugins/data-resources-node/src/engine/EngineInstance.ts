import type { JsonObject } from '@backstage/types';
import type { CallContext } from './CallContext';
import type { LoginProvider } from './LoginProvider';
import type { ResourceProvider } from './ResourceProvider';

/**
 * Nodes of a cluster as far as plans need them.
 *
 * @public
 */
export interface Topology {
  /** Kafka: number of brokers. */
  brokers?: number;
  /** Cassandra: data centre to number of nodes. */
  dataCenters?: { [name: string]: number };
}

/**
 * One thing worth knowing about an instance, good or bad.
 *
 * @public
 */
export interface InstanceCondition {
  /** For example `Authorizer`, `SystemAuthReplication`. */
  type: string;
  status: 'ok' | 'warn' | 'error';
  /** What was found, what would be right, and the statement that mends it where there is one. */
  message: string;
}

/**
 * What a look at an instance told.
 *
 * @public
 */
export interface InstanceProbe {
  /** Identifies the cluster behind the address; part of every plan's hash. */
  clusterId: string;
  version?: string;
  topology: Topology;
  /** Any condition with status `error` makes the instance unusable for new work. */
  conditions: InstanceCondition[];
  /**
   * Further facts that {@link ResourceProvider.plan} needs and that cost I/O, e.g. which
   * extensions the server has. JSON, private to the engine.
   */
  facts: JsonObject;
}

/**
 * Which cluster answers at an instance's address.
 *
 * - `known`: `id` is what {@link InstanceProbe.clusterId} is as well.
 * - `new`: it has no id of its own yet and gets one by its first probe; `id` is what it can be
 *   called until then.
 * - `hidden`: it does not let the portal read its id now; `why` says what to do.
 *
 * @public
 */
export type ClusterIdentity =
  | { state: 'known'; id: string }
  | { state: 'new'; id: string }
  | { state: 'hidden'; why: string };

/**
 * One cluster, connected lazily. Methods throw {@link ProviderError} only.
 *
 * @public
 */
export interface EngineInstance {
  /** Preflight and topology. Throws `Unreachable` when the cluster does not answer. */
  probe(context: CallContext): Promise<InstanceProbe>;
  /**
   * Asks which cluster it is that answers now, and writes nothing to it. Called before each of the
   * other calls, so it costs one small question, or none while the connections are the same.
   */
  identify(context: CallContext): Promise<ClusterIdentity>;
  /**
   * Says which cluster is meant. From then on a connection that leads to another one is used for
   * nothing but {@link EngineInstance.identify}, also in the middle of a call: calls fail with
   * `Unreachable`. Left out by an engine that cannot tell for a connection.
   */
  bind?(clusterId: string): void;
  /** Limits from the configuration that users should see, e.g. `{ partitions: 50 }`. */
  readonly limits: JsonObject;
  /** The longest that one call of this instance may take, in milliseconds. */
  readonly callTimeoutMs: number;
  /** The provider of one of the engine's types; throws `InputError` for another. */
  provider(type: string): ResourceProvider;
  readonly logins: LoginProvider;
  /** Ends connections. May be called twice. */
  close(): Promise<void>;
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  ProviderError,
  type CallContext,
  type EngineInstance,
  type InstanceProbe,
  type ResourceType,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceStatus } from '@data-resources/plugin-data-resources-common';
import { OtherClusterError, type ClusterGuard } from './ClusterGuard';

/** A probe this young is as good as a new one; it bounds what a burst of plans costs the cluster. */
const PROBE_MAX_AGE_MS = 2_000;

export interface ManagedInstanceOptions {
  name: string;
  engine: string;
  environment: string;
  title: string;
  /** Told beside the error while the instance does not answer. */
  notice?: string;
  owner: string;
  entityRef: string;
  types: readonly ResourceType[];
  connection: EngineInstance;
  guard: ClusterGuard;
  logger: LoggerService;
}

/** One configured cluster with what was last seen of it. */
export class ManagedInstance {
  readonly name: string;
  readonly engine: string;
  readonly environment: string;
  readonly title: string;
  readonly owner: string;
  readonly entityRef: string;
  readonly types: readonly ResourceType[];
  readonly connection: EngineInstance;
  readonly #guard: ClusterGuard;
  readonly #logger: LoggerService;
  readonly #notice?: string;
  #probing?: Promise<InstanceProbe>;
  #last?: { probe: InstanceProbe; at: number };
  #status: InstanceStatus = {
    reachable: false,
    message: 'Not looked at yet.',
    observedAt: new Date().toISOString(),
  };

  constructor(options: ManagedInstanceOptions) {
    this.name = options.name;
    this.engine = options.engine;
    this.environment = options.environment;
    this.title = options.title;
    this.owner = options.owner;
    this.entityRef = options.entityRef;
    this.types = options.types;
    this.connection = options.connection;
    this.#guard = options.guard;
    this.#logger = options.logger;
    this.#notice = options.notice;
  }

  get status(): InstanceStatus {
    return this.#status;
  }

  /** What the last probe that succeeded told, however old. */
  get lastProbe(): InstanceProbe | undefined {
    return this.#last?.probe;
  }

  /** A context for calls on this instance; aborted by `signal`. */
  context(
    signal: AbortSignal,
    more: Pick<CallContext, 'operationId' | 'reads'> = {},
  ): CallContext {
    return { logger: this.#logger, signal, ...more };
  }

  /**
   * Looks at the cluster, or answers with what was seen a moment ago. Callers at the same
   * time share one look. Throws the engine's `ProviderError`.
   */
  async probe(): Promise<InstanceProbe> {
    if (this.#last && Date.now() - this.#last.at < PROBE_MAX_AGE_MS) {
      return this.#last.probe;
    }
    this.#probing ??= this.#look().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  async #look(): Promise<InstanceProbe> {
    const signal = AbortSignal.timeout(this.connection.callTimeoutMs);
    try {
      const probe = await this.#probe(this.context(signal));
      this.#last = { probe, at: Date.now() };
      this.#status = {
        reachable: true,
        version: probe.version,
        conditions: probe.conditions,
        observedAt: new Date().toISOString(),
      };
      return probe;
    } catch (error) {
      this.#last = undefined;
      const message = error instanceof Error ? error.message : String(error);
      if (this.#status.reachable) {
        this.#logger.warn(`Instance ${this.name} cannot be used: ${message}`);
      }
      this.#status = {
        reachable: false,
        message: this.#notice ? `${this.#notice} (${message})` : message,
        ...(error instanceof OtherClusterError
          ? { conditions: [error.condition] }
          : {}),
        observedAt: new Date().toISOString(),
      };
      throw error;
    }
  }

  /** A cluster that is another one is not even probed: a first probe may write to it. */
  async #probe(context: CallContext): Promise<InstanceProbe> {
    const before = await this.#guard.mayRead(context);
    const probe = await this.connection.probe(context);
    // It may have an id now, or have been exchanged in between.
    const found =
      before.state === 'known' && before.id === probe.clusterId
        ? before
        : await this.#guard.mayRead(context);
    if (found.state === 'known' && found.id !== probe.clusterId) {
      throw new ProviderError(
        'Unreachable',
        `Two clusters answer at the address of ${this.name}: ${found.id} and ${probe.clusterId}`,
      );
    }
    return {
      ...probe,
      clusterId: this.#guard.clusterId ?? probe.clusterId,
      conditions: [this.#guard.condition(found), ...probe.conditions],
    };
  }
}

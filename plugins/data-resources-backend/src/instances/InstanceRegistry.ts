import { setTimeout as delay } from 'node:timers/promises';
import type {
  LifecycleService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { ConflictError, InputError } from '@backstage/errors';
import { instanceEntityRef } from '@data-resources/plugin-data-resources-common';
import type {
  DataResourcesEnginesExtensionPoint,
  Engine,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import type { DataResourcesConfig } from '../config';
import type { EngineMetrics } from '../metrics';
import { ClusterGuard } from './ClusterGuard';
import type { ClusterPins } from './ClusterPins';
import { guardCluster } from './guardCluster';
import { ManagedInstance } from './ManagedInstance';

/** How often an instance is looked at without anybody asking. */
const MONITOR_INTERVAL_MS = 15_000;
/** How often while it does not answer: what waits for it goes on soon after it is back. */
const MONITOR_INTERVAL_DOWN_MS = 3_000;
/** A cluster that hangs must not hold up the shutdown. */
const LONGEST_LAST_LOOK_MS = 1_000;

/** Collects the engines that modules register. */
export class EngineCollection implements DataResourcesEnginesExtensionPoint {
  readonly #engines = new Map<string, Engine>();
  readonly #types = new Map<string, ResourceType>();

  addEngine(engine: Engine): void {
    if (this.#engines.has(engine.name)) {
      throw new ConflictError(
        `Engine "${engine.name}" is registered twice; install one module per engine`,
      );
    }
    for (const type of engine.types) {
      if (this.#types.has(type.type)) {
        throw new ConflictError(`Type "${type.type}" is registered twice`);
      }
      this.#types.set(type.type, type);
    }
    this.#engines.set(engine.name, engine);
  }

  get engines(): ReadonlyMap<string, Engine> {
    return this.#engines;
  }

  get types(): ReadonlyMap<string, ResourceType> {
    return this.#types;
  }
}

/** The configured instances, each with its engine, watched from the start to the shutdown. */
export class InstanceRegistry {
  readonly #instances = new Map<string, ManagedInstance>();
  readonly #onReachable = new Set<(instance: string) => void>();
  readonly types: ReadonlyMap<string, ResourceType>;

  private constructor(types: ReadonlyMap<string, ResourceType>) {
    this.types = types;
  }

  static create(options: {
    config: DataResourcesConfig;
    engines: EngineCollection;
    metrics: EngineMetrics;
    pins: ClusterPins;
    logger: LoggerService;
  }): InstanceRegistry {
    const { config, engines, metrics, pins, logger } = options;
    const registry = new InstanceRegistry(engines.types);
    for (const item of config.instances) {
      const engine = engines.engines.get(item.engine);
      if (!engine) {
        const known = [...engines.engines.keys()].join(', ') || 'none';
        throw new InputError(
          `${item.path}.engine is "${item.engine}", and no module brings that engine; installed: ${known}`,
        );
      }
      const childLogger = logger.child({ instance: item.name });
      const connection = metrics.connection(
        item,
        engine.createInstance({
          name: item.name,
          environment: item.environment,
          installationId: config.installationId,
          config: item.config,
          logger: childLogger,
        }),
      );
      const guard = ClusterGuard.create({
        name: item.name,
        accepted: item.clusterId,
        path: item.path,
        connection,
        pins,
      });
      registry.#instances.set(
        item.name,
        new ManagedInstance({
          name: item.name,
          engine: item.engine,
          environment: item.environment,
          title: item.title,
          notice: item.notice,
          owner: item.owner,
          entityRef: instanceEntityRef(item.name),
          types: engine.types,
          logger: childLogger,
          connection: guardCluster(connection, guard),
          guard,
        }),
      );
    }
    return registry;
  }

  all(): ManagedInstance[] {
    return [...this.#instances.values()];
  }

  get(name: string): ManagedInstance | undefined {
    return this.#instances.get(name);
  }

  /** Calls `listener` when an instance answers again after it did not. */
  onReachable(listener: (instance: string) => void): void {
    this.#onReachable.add(listener);
  }

  /** Watches every instance on its own, so that a dead one delays nobody. */
  start(lifecycle: LifecycleService): void {
    const timers = new Map<string, NodeJS.Timeout>();
    const looks = new Map<string, Promise<unknown>>();
    let stopped = false;
    const watch = async (instance: ManagedInstance) => {
      const before = instance.status.reachable;
      const look = instance.probe().catch(() => undefined);
      looks.set(instance.name, look);
      await look;
      if (stopped) {
        return;
      }
      if (!before && instance.status.reachable) {
        this.#onReachable.forEach(listener => listener(instance.name));
      }
      timers.set(
        instance.name,
        setTimeout(
          () => watch(instance),
          instance.status.reachable
            ? MONITOR_INTERVAL_MS
            : MONITOR_INTERVAL_DOWN_MS,
        ).unref(),
      );
    };
    this.all().forEach(instance => watch(instance));
    lifecycle.addShutdownHook(async () => {
      stopped = true;
      timers.forEach(timer => clearTimeout(timer));
      await Promise.allSettled(
        this.all().map(instance => instance.connection.close()),
      );
      // What is being looked at may be about to be written down.
      await Promise.race([
        Promise.all(looks.values()),
        delay(LONGEST_LAST_LOOK_MS, undefined, { ref: false }),
      ]);
    });
  }
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { ManagedInstance } from '../instances/ManagedInstance';
import type { LoopMetrics } from '../metrics';
import type { RequestExecutor } from './RequestExecutor';
import type { ResourceReconciler } from './ResourceReconciler';

/** How often the database is asked when nobody wakes the worker: other replicas approve too. */
const POLL_MS = 1_000;
/** Batches of one instance that may be under way at once. */
const MAX_BATCHES = 4;

export interface InstanceWorkerOptions {
  instance: ManagedInstance;
  executor: RequestExecutor;
  reconciler: ResourceReconciler;
  metrics: LoopMetrics;
  logger: LoggerService;
}

/** Serves one instance, so that a dead one holds up nobody but itself. */
export class InstanceWorker {
  readonly #options: InstanceWorkerOptions;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #wake: () => void = () => {};
  #awake = false;
  #directory?: CatalogDirectory;
  #loop?: Promise<void>;

  private constructor(options: InstanceWorkerOptions) {
    this.#options = options;
  }

  static create(options: InstanceWorkerOptions): InstanceWorker {
    return new InstanceWorker(options);
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** The instance answers again: what waited for it need not wait for its next attempt. */
  async onReachable(): Promise<void> {
    const { instance, executor, logger } = this.#options;
    try {
      await executor.retryNow(instance.name);
    } catch (error) {
      // It is tried at its own time then.
      logger.warn(
        `What waits for ${instance.name} could not be hurried up`,
        error instanceof Error ? error : undefined,
      );
    }
    this.wake();
  }

  /**
   * There may be work now.
   *
   * @param directory - what is known of the catalog by whoever approved it; gone by while it is fresh
   */
  wake(directory?: CatalogDirectory): void {
    this.#awake = true;
    this.#directory = directory ?? this.#directory;
    this.#wake();
  }

  /** Lets running calls end or abort, and gives leases back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#loop;
    await Promise.allSettled(this.#running);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { instance, metrics } = this.#options;
    const tick = metrics.measured(`Work on ${instance.name}`, () =>
      this.#tick(signal),
    );
    while (!signal.aborted) {
      let busy = false;
      try {
        busy = await tick();
      } catch (error) {
        this.#options.logger.error(
          `Work on ${instance.name} was interrupted`,
          error instanceof Error ? error : undefined,
        );
      }
      if (!busy && !signal.aborted) {
        await this.#sleep();
      }
    }
  }

  async #tick(signal: AbortSignal): Promise<boolean> {
    const { instance, executor, reconciler } = this.#options;
    const more = await executor.runBatch(instance, signal, {
      takeDirectory: () => this.#takeDirectory(),
      hasRoom: () => this.#hasRoom,
      onStarted: (started, ticket) =>
        this.#track(
          reconciler.startedBatch(instance, started, ticket).run(signal),
        ),
    });
    let mayClaimMore = true;
    while (mayClaimMore && this.#hasRoom && !signal.aborted) {
      const batch = await reconciler.claimBatch(instance);
      mayClaimMore = batch?.isFull ?? false;
      if (batch) {
        this.#track(batch.run(signal));
      }
    }
    return more || (mayClaimMore && this.#hasRoom);
  }

  #takeDirectory(): CatalogDirectory | undefined {
    const directory = this.#directory;
    this.#directory = undefined;
    return directory?.isFresh ? directory : undefined;
  }

  get #hasRoom(): boolean {
    return this.#running.size < MAX_BATCHES;
  }

  #track(batch: Promise<void>): void {
    const running: Promise<void> = batch
      .catch(error => {
        this.#options.logger.error(
          `A batch on ${this.#options.instance.name} was interrupted`,
          error instanceof Error ? error : undefined,
        );
      })
      .finally(() => {
        this.#running.delete(running);
        this.wake();
      });
    this.#running.add(running);
  }

  async #sleep(): Promise<void> {
    if (!this.#awake) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, POLL_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#awake = false;
  }
}

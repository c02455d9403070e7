import type {
  AuthService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type {
  CatalogService,
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import type { FeedInstance } from '@data-resources/plugin-data-resources-common';
import type { EmittedEntities } from './EmittedEntities';
import { nextPosition, type FeedReader } from './FeedReader';
import { FeedState } from './FeedState';
import { readEmittedEntities } from './readEmittedEntities';
import type { ProviderConfig } from './readProviderConfig';

const MAX_BACK_OFF_MS = 5_000;
/** Longer than reading everything takes; each page has a time-out of its own. */
const TASK_TIMEOUT = { minutes: 10 };

/**
 * Makes entities of resources and instances, from the feed of the `data-resources` plugin.
 *
 * Every replica of the catalog polls for itself, from a position that it keeps in memory. That is
 * safe without any agreement between them: an item holds the resource as it is now, not what
 * happened to it, so reading one again, or twice, comes to the same. A task of the scheduler's
 * global scope would poll once only, but costs three statements a second, and a replica that is
 * killed in the middle of a run would hold everything up until the task's time-out.
 *
 * Everything is read anew at the start and from time to time. Until that worked nothing is
 * emitted, and whatever fails leaves the catalog as it is.
 */
export class DataResourcesEntityProvider implements EntityProvider {
  readonly #auth: AuthService;
  readonly #catalog: CatalogService;
  readonly #config: ProviderConfig;
  readonly #feed: FeedReader;
  readonly #logger: LoggerService;
  readonly #scheduler: SchedulerService;

  #connection?: EntityProviderConnection;
  /** Unknown until the first full synchronisation, and after a mutation that failed. */
  #emitted?: EmittedEntities;
  #position = 0;
  #instances = '';
  #fullSyncDueAt = 0;
  #failures = 0;
  #nextAttemptAt = 0;

  private constructor(options: DataResourcesEntityProviderOptions) {
    this.#auth = options.auth;
    this.#catalog = options.catalog;
    this.#config = options.config;
    this.#feed = options.feed;
    this.#logger = options.logger;
    this.#scheduler = options.scheduler;
  }

  static create(
    options: DataResourcesEntityProviderOptions,
  ): DataResourcesEntityProvider {
    return new DataResourcesEntityProvider(options);
  }

  getProviderName(): string {
    return 'data-resources';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
    await this.#scheduler.scheduleTask({
      id: 'data-resources-entities',
      scope: 'local',
      frequency: this.#config.pollInterval,
      timeout: TASK_TIMEOUT,
      fn: signal => this.#run(signal),
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (Date.now() < this.#nextAttemptAt) {
      return;
    }
    try {
      await this.#poll(signal);
    } catch (error) {
      this.#failures += 1;
      const delay = Math.min(500 * 2 ** this.#failures, MAX_BACK_OFF_MS);
      this.#nextAttemptAt = Date.now() + delay;
      const message = `Data resources could not be read, the catalog keeps what it has: ${stringifyError(
        error,
      )}`;
      // Once, not every few seconds for as long as the backend is away.
      if (this.#failures === 1) {
        this.#logger.warn(message);
      } else {
        this.#logger.debug(message);
      }
      throw error;
    }
    if (this.#failures > 0) {
      this.#logger.info('Data resources can be read again');
      this.#failures = 0;
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const emitted = this.#emitted;
    if (!emitted || Date.now() >= this.#fullSyncDueAt) {
      await this.#syncFully(signal);
      return;
    }
    for await (const page of this.#feed.read(this.#position, signal)) {
      if (fingerprint(page.instances) !== this.#instances) {
        await this.#syncFully(signal);
        return;
      }
      if (page.items.length > 0) {
        // Not known any more, should the mutation fail.
        this.#emitted = undefined;
        const state = this.#createState(emitted);
        page.items.forEach(item => state.addItem(item));
        await this.#applyDelta(state);
        this.#emitted = emitted;
      }
      this.#position = nextPosition(page, this.#position);
    }
  }

  async #syncFully(signal: AbortSignal): Promise<void> {
    const emitted =
      this.#emitted ??
      (await readEmittedEntities({ catalog: this.#catalog, auth: this.#auth }));
    this.#emitted = undefined;

    const before = emitted.size;
    const state = this.#createState(emitted);
    let position = 0;
    let instances: FeedInstance[] = [];
    for await (const page of this.#feed.read(0, signal)) {
      page.items.forEach(item => state.addItem(item));
      position = nextPosition(page, position);
      instances = page.instances;
    }
    instances.forEach(instance => state.addInstance(instance));

    const missing = [...emitted.entries()].filter(([ref]) => !state.has(ref));
    if (this.#isTooMany(missing.length, before)) {
      await this.#applyDelta(state);
      this.#logger.warn(
        `The feed of data resources lacks ${missing.length} of ${before} entities without saying that they were deleted; none of them is removed. If they are really gone, raise catalog.providers.dataResources.removalLimit`,
      );
    } else {
      await this.#connected.applyMutation({
        type: 'full',
        entities: state.present,
      });
      missing.forEach(([, id]) => emitted.delete(id));
    }
    this.#emitted = emitted;
    this.#position = position;
    this.#instances = fingerprint(instances);
    this.#fullSyncDueAt = Date.now() + this.#config.fullSyncIntervalMs;
  }

  async #applyDelta(state: FeedState): Promise<void> {
    const added = state.present;
    const removed = state.gone.map(entityRef => ({ entityRef }));
    if (added.length > 0 || removed.length > 0) {
      await this.#connected.applyMutation({ type: 'delta', added, removed });
    }
  }

  #isTooMany(missing: number, before: number): boolean {
    const { percent, count } = this.#config.removalLimit;
    return missing > count && missing > (before * percent) / 100;
  }

  #createState(emitted: EmittedEntities): FeedState {
    return new FeedState({
      emitted,
      appBaseUrl: this.#config.appBaseUrl,
      onClash: (ref, ids) =>
        this.#logger.warn(
          `Data resources ${ids.join(
            ' and ',
          )} both come to the entity ${ref}; the catalog shows the latter`,
        ),
    });
  }

  get #connected(): EntityProviderConnection {
    if (!this.#connection) {
      throw new Error('The catalog has not connected the entity provider');
    }
    return this.#connection;
  }
}

/** What a {@link DataResourcesEntityProvider} needs. */
export interface DataResourcesEntityProviderOptions {
  auth: AuthService;
  catalog: CatalogService;
  config: ProviderConfig;
  feed: FeedReader;
  logger: LoggerService;
  scheduler: SchedulerService;
}

function fingerprint(instances: readonly FeedInstance[]): string {
  return JSON.stringify(
    [...instances].sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

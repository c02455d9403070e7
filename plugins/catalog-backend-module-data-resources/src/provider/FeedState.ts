import { stringifyEntityRef } from '@backstage/catalog-model';
import type { DeferredEntity } from '@backstage/plugin-catalog-node';
import type {
  FeedInstance,
  FeedItem,
  FeedResource,
} from '@data-resources/plugin-data-resources-common';
import { instanceEntity } from '../entities/instanceEntity';
import { resourceEntity } from '../entities/resourceEntity';
import type { EmittedEntities } from './EmittedEntities';
import { instanceKey } from './readEmittedEntities';

/** Whoever else describes an entity of the same name does not overwrite ours, nor we theirs. */
const LOCATION_KEY = 'data-resources';

/** What a run of feed items makes of the entities: each ref is either present or gone. */
export class FeedState {
  readonly #present = new Map<string, DeferredEntity>();
  readonly #gone = new Set<string>();
  readonly #emitted: EmittedEntities;
  readonly #appBaseUrl?: string;
  readonly #onClash: (ref: string, ids: [string, string]) => void;

  /**
   * @param options.emitted - what the catalog was told; kept up to date with what is added here
   * @param options.onClash - told when two living resources come to the same entity
   */
  constructor(options: {
    emitted: EmittedEntities;
    appBaseUrl?: string;
    onClash: (ref: string, ids: [string, string]) => void;
  }) {
    this.#emitted = options.emitted;
    this.#appBaseUrl = options.appBaseUrl;
    this.#onClash = options.onClash;
  }

  get present(): DeferredEntity[] {
    return [...this.#present.values()];
  }

  /** Refs of entities that were reported as deleted. */
  get gone(): string[] {
    return [...this.#gone];
  }

  has(ref: string): boolean {
    return this.#present.has(ref) || this.#gone.has(ref);
  }

  addInstance(instance: FeedInstance): void {
    this.#put(instanceKey(instance.name), instanceEntity(instance));
  }

  addItem(item: FeedItem): void {
    const { resource, resourceId } = item;
    if (item.deleted || resource?.phase === 'deleted') {
      const ref = this.#emitted.delete(resourceId);
      if (ref !== undefined) {
        this.#present.delete(ref);
        this.#gone.add(ref);
      }
    } else if (resource && this.#isEntity(resource)) {
      this.#put(
        resourceId,
        resourceEntity(resource, { appBaseUrl: this.#appBaseUrl }),
      );
    }
  }

  /**
   * A resource that was never ready is no entity yet. One that was stays an entity while it is
   * changed, mended or taken down, until it is deleted.
   */
  #isEntity(resource: FeedResource): boolean {
    switch (resource.phase) {
      case 'ready':
      case 'degraded':
      case 'quarantined':
        return true;
      default:
        return this.#emitted.has(resource.id);
    }
  }

  #put(id: string, entity: DeferredEntity['entity']): void {
    const ref = stringifyEntityRef(entity);
    const holder = this.#emitted.holderOf(ref);
    if (holder !== undefined && holder !== id) {
      this.#onClash(ref, [holder, id]);
    }
    this.#emitted.set(id, ref);
    this.#gone.delete(ref);
    this.#present.set(ref, { entity, locationKey: LOCATION_KEY });
  }
}

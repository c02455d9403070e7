import type {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import {
  RELATION_HAS_MEMBER,
  RELATION_MEMBER_OF,
  RELATION_OWNED_BY,
  RELATION_PART_OF,
  type Entity,
} from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import DataLoader from 'dataloader';

/** A workload as the catalog has it now. */
export interface Workload {
  ref: string;
  uid: string;
  /** Full entity ref of the group that owns it. */
  owner: string;
}

/** To whom something belongs. */
export interface Owned {
  /** Full ref of a group. */
  owner: string;
  /** Full ref of the system that it is, or is part of. */
  system?: string;
}

const REFS_AT_ONCE = 500;
/** How long an execution goes by what its approval has read: the catalog itself is no faster. */
const FRESH_MS = 1_000;

/** All that is ever asked of an entity. */
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'relations',
];

interface CatalogDirectoryOptions {
  catalog: CatalogService;
  auth: AuthService;
}

/**
 * Answers about people, groups and workloads, read from the catalog at the moment it matters
 * and never from a token. Membership is direct. What is asked at the same moment is one call.
 */
export class CatalogDirectory {
  readonly #options: CatalogDirectoryOptions;
  readonly #entities: DataLoader<string, Entity | undefined>;
  readonly #since = performance.now();

  private constructor(options: CatalogDirectoryOptions, remembers: boolean) {
    this.#options = options;
    this.#entities = new DataLoader(refs => this.#load(refs), {
      cache: remembers,
      maxBatchSize: REFS_AT_ONCE,
    });
  }

  static create(options: CatalogDirectoryOptions): CatalogDirectory {
    return new CatalogDirectory(options, false);
  }

  /** The same, asking about each entity once; for many questions at one moment. */
  remembering(): CatalogDirectory {
    return new CatalogDirectory(this.#options, true);
  }

  /** Whether one that is remembering began so short a time ago that its answers are those of now. */
  get isFresh(): boolean {
    return performance.now() - this.#since < FRESH_MS;
  }

  /** Asks at once what will be asked one after the other; of use to one that is remembering. */
  foresee(refs: Iterable<string>): void {
    for (const ref of refs) {
      // Whoever asks in earnest is told of the failure.
      this.#entities.load(ref).catch(() => {});
    }
  }

  /** The groups that the user is a direct member of; none for somebody the catalog does not know. */
  async groupsOf(userRef: string): Promise<ReadonlySet<string>> {
    const entity = await this.#entities.load(userRef);
    return new Set(entity ? targets(entity, RELATION_MEMBER_OF) : []);
  }

  /** Direct members of a group; `undefined` when there is no such group. */
  async membersOf(groupRef: string): Promise<string[] | undefined> {
    const entity = await this.#entities.load(groupRef);
    return entity && targets(entity, RELATION_HAS_MEMBER);
  }

  /** Whether the catalog has an entity of that ref. */
  async exists(ref: string): Promise<boolean> {
    return (await this.#entities.load(ref)) !== undefined;
  }

  /** The workloads among the refs that the catalog knows, by ref. */
  async workloads(refs: readonly string[]): Promise<Map<string, Workload>> {
    return this.#found(refs, (entity, ref) => {
      const owner = targets(entity, RELATION_OWNED_BY)[0];
      const { uid } = entity.metadata;
      return uid && owner ? { ref, uid, owner } : undefined;
    });
  }

  /**
   * Who owns the groups, systems and components among the refs that the catalog knows, by ref: a
   * group owns itself.
   */
  async owned(refs: readonly string[]): Promise<Map<string, Owned>> {
    return this.#found(refs, ownedBy);
  }

  async #found<T>(
    refs: readonly string[],
    read: (entity: Entity, ref: string) => T | undefined,
  ): Promise<Map<string, T>> {
    const entities = await Promise.all(
      refs.map(async ref => this.#entities.load(ref)),
    );
    return new Map(
      entities.flatMap((entity, index): [string, T][] => {
        const found = entity && read(entity, refs[index]);
        return found ? [[refs[index], found]] : [];
      }),
    );
  }

  /**
   * Not by the entity's own address: a backend that is still starting answers 404 to every address
   * of a plugin, and that would read as if there were no such person.
   */
  async #load(refs: readonly string[]): Promise<(Entity | undefined)[]> {
    const distinct = [...new Set(refs)];
    const { items } = await this.#read(async credentials =>
      this.#options.catalog.getEntitiesByRefs(
        { entityRefs: distinct, fields: FIELDS },
        credentials,
      ),
    );
    const byRef = new Map(distinct.map((ref, index) => [ref, items[index]]));
    return refs.map(ref => byRef.get(ref));
  }

  /**
   * Once more when the connection broke off: under load that says nothing of the catalog.
   *
   * @throws ServiceUnavailableError while there is no catalog where it should be
   */
  async #read<T>(
    ask: (options: { credentials: BackstageCredentials }) => Promise<T>,
  ): Promise<T> {
    const credentials = await this.#options.auth.getOwnServiceCredentials();
    try {
      return await ask({ credentials });
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) {
        throw new ServiceUnavailableError(
          'The catalog does not serve yet; it is starting, or its address is wrong',
          error as Error,
        );
      }
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') {
        throw error;
      }
      return ask({ credentials });
    }
  }
}

function ownedBy(entity: Entity, ref: string): Owned | undefined {
  if (ref.startsWith('group:')) {
    return { owner: ref };
  }
  const owner = targets(entity, RELATION_OWNED_BY).find(target =>
    target.startsWith('group:'),
  );
  const system = ref.startsWith('system:')
    ? ref
    : targets(entity, RELATION_PART_OF).find(target =>
        target.startsWith('system:'),
      );
  return owner ? { owner, system } : undefined;
}

function targets(entity: Entity, relation: string): string[] {
  return (entity.relations ?? [])
    .filter(({ type }) => type === relation)
    .map(({ targetRef }) => targetRef);
}

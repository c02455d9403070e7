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

/**
 * Answers about people, groups and workloads, read from the catalog at the moment it matters
 * and never from a token. Membership is direct.
 */
export class CatalogDirectory {
  readonly #catalog: CatalogService;
  readonly #auth: AuthService;

  private constructor(options: { catalog: CatalogService; auth: AuthService }) {
    this.#catalog = options.catalog;
    this.#auth = options.auth;
  }

  static create(options: {
    catalog: CatalogService;
    auth: AuthService;
  }): CatalogDirectory {
    return new CatalogDirectory(options);
  }

  /** The same, asking about each entity once; for many questions at one moment. */
  remembering(): CatalogDirectory {
    const asked = new Map<string, Promise<Entity | undefined>>();
    const remembering = new CatalogDirectory({
      catalog: this.#catalog,
      auth: this.#auth,
    });
    remembering.#get = ref => {
      const entity = asked.get(ref) ?? this.#get(ref);
      asked.set(ref, entity);
      return entity;
    };
    return remembering;
  }

  /** The groups that the user is a direct member of; none for somebody the catalog does not know. */
  async groupsOf(userRef: string): Promise<ReadonlySet<string>> {
    const entity = await this.#get(userRef);
    return new Set(entity ? targets(entity, RELATION_MEMBER_OF) : []);
  }

  /** Direct members of a group; `undefined` when there is no such group. */
  async membersOf(groupRef: string): Promise<string[] | undefined> {
    const entity = await this.#get(groupRef);
    return entity && targets(entity, RELATION_HAS_MEMBER);
  }

  /** Whether the catalog has an entity of that ref. */
  async exists(ref: string): Promise<boolean> {
    return (await this.#get(ref)) !== undefined;
  }

  /** The workloads among the refs that the catalog knows, by ref. */
  async workloads(refs: readonly string[]): Promise<Map<string, Workload>> {
    if (refs.length === 0) {
      return new Map();
    }
    const { items } = await this.#read(async credentials =>
      this.#catalog.getEntitiesByRefs({ entityRefs: [...refs] }, credentials),
    );
    const found = new Map<string, Workload>();
    items.forEach((entity, index) => {
      const owner = entity && targets(entity, RELATION_OWNED_BY)[0];
      if (entity?.metadata.uid && owner) {
        found.set(refs[index], {
          ref: refs[index],
          uid: entity.metadata.uid,
          owner,
        });
      }
    });
    return found;
  }

  /**
   * Who owns the groups, systems and components among the refs that the catalog knows, by ref: a
   * group owns itself.
   */
  async owned(refs: readonly string[]): Promise<Map<string, Owned>> {
    const found = new Map<string, Owned>();
    for (let from = 0; from < refs.length; from += REFS_AT_ONCE) {
      const asked = refs.slice(from, from + REFS_AT_ONCE);
      const { items } = await this.#read(async credentials =>
        this.#catalog.getEntitiesByRefs(
          {
            entityRefs: asked,
            fields: [
              'kind',
              'metadata.name',
              'metadata.namespace',
              'relations',
            ],
          },
          credentials,
        ),
      );
      items.forEach((entity, index) => {
        const owned = entity && ownedBy(entity, asked[index]);
        if (owned) {
          found.set(asked[index], owned);
        }
      });
    }
    return found;
  }

  /**
   * Not by the entity's own address: a backend that is still starting answers 404 to every address
   * of a plugin, and that would read as if there were no such person.
   */
  #get = async (ref: string): Promise<Entity | undefined> => {
    const { items } = await this.#read(async credentials =>
      this.#catalog.getEntitiesByRefs({ entityRefs: [ref] }, credentials),
    );
    return items[0];
  };

  /**
   * Once more when the connection broke off: under load that says nothing of the catalog.
   *
   * @throws ServiceUnavailableError while there is no catalog where it should be
   */
  async #read<T>(
    ask: (options: { credentials: BackstageCredentials }) => Promise<T>,
  ): Promise<T> {
    const credentials = await this.#auth.getOwnServiceCredentials();
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

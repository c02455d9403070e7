import type { AuthService } from '@backstage/backend-plugin-api';
import {
  RELATION_HAS_MEMBER,
  RELATION_MEMBER_OF,
  RELATION_OWNED_BY,
  type Entity,
} from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';

/** A workload as the catalog has it now. */
export interface Workload {
  ref: string;
  uid: string;
  /** Full entity ref of the group that owns it. */
  owner: string;
}

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
    const { items } = await this.#catalog.getEntitiesByRefs(
      { entityRefs: [...refs] },
      { credentials: await this.#auth.getOwnServiceCredentials() },
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

  #get = async (ref: string): Promise<Entity | undefined> =>
    this.#catalog.getEntityByRef(ref, {
      credentials: await this.#auth.getOwnServiceCredentials(),
    });
}

function targets(entity: Entity, relation: string): string[] {
  return (entity.relations ?? [])
    .filter(({ type }) => type === relation)
    .map(({ targetRef }) => targetRef);
}

import { NotFoundError } from '@backstage/errors';
import {
  dataResourcesResourceReadPermission,
  type DataResource,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { isUuid, type PageOptions } from '../database/keyset';
import { defined, readVisiblePage } from '../database/readVisiblePage';
import type { ResourceRow } from '../database/rows';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { RuledResource, Scope } from '../permissions';
import { describeResource } from './describeResource';
import {
  permittedOnResources,
  type PermittedOnResource,
  type ResourceAction,
} from './permittedActions';
import type { PromotionReader } from './PromotionReader';

/** Filters of a list of resources; all that are given must hold. */
export interface ResourceFilter {
  type?: string;
  instance?: string;
  environment?: string;
  owner?: string;
  system?: string;
  phase?: string;
  /** Part of the name or of the description. */
  q?: string;
}

const USABLE: ReadonlySet<ResourceRow['phase']> = new Set([
  'ready',
  'degraded',
]);

/** What is left to do with them is to remove them. */
const ENDED: ReadonlySet<ResourceRow['phase']> = new Set([
  'failed',
  'quarantined',
]);

export interface ResourceReaderOptions {
  knex: Knex;
  instances: InstanceRegistry;
  platformGroup: string;
  promotions: PromotionReader;
}

/** Reads resources as the API shows them. */
export class ResourceReader {
  readonly #knex: Knex;
  readonly #instances: InstanceRegistry;
  readonly #platformGroup: string;
  readonly #promotions: PromotionReader;

  private constructor(options: ResourceReaderOptions) {
    this.#knex = options.knex;
    this.#instances = options.instances;
    this.#platformGroup = options.platformGroup;
    this.#promotions = options.promotions;
  }

  static create(options: ResourceReaderOptions): ResourceReader {
    return new ResourceReader(options);
  }

  async list(
    filter: ResourceFilter,
    page: PageOptions,
    caller: Caller,
  ): Promise<{ items: DataResource[]; nextCursor?: string }> {
    const { q: _, ...columns } = filter;
    const { rows, nextCursor } = await readVisiblePage<ResourceRow>({
      knex: this.#knex,
      table: 'resources',
      scope: await caller.permissions.resources(
        dataResourcesResourceReadPermission,
      ),
      page,
      where: defined({ ...columns }),
      filter: query => onlyMatching(query, filter),
    });
    return { items: await this.#present(rows, caller), nextCursor };
  }

  async get(id: string, caller: Caller): Promise<DataResource> {
    const row = await this.row(id, caller);
    const [[resource], promotions] = await Promise.all([
      this.#present([row], caller),
      this.#promotions.of(row, caller),
    ]);
    return { ...resource, ...promotions };
  }

  /**
   * Throws `NotFoundError`, also for a resource that the caller may not see.
   *
   * @param seen - the resource, where it was read for this call already
   */
  async row(
    id: string,
    caller: Caller,
    seen?: ResourceRow,
  ): Promise<ResourceRow> {
    const readable = await caller.permissions.resources(
      dataResourcesResourceReadPermission,
    );
    const row =
      seen && readable.includes(seen) ? seen : await this.find(id, readable);
    if (!row) {
      throw new NotFoundError(`There is no resource ${JSON.stringify(id)}`);
    }
    return row;
  }

  /** The resource, if there is one and it is in the scope. */
  async find(
    id: string,
    scope: Scope<RuledResource>,
  ): Promise<ResourceRow | undefined> {
    if (!isUuid(id)) {
      return undefined;
    }
    const query = this.#knex<ResourceRow>('resources')
      .where('resources.id', id)
      .select('resources.*');
    scope.narrow(query);
    const [row] = await query;
    return row;
  }

  async #present(
    rows: readonly ResourceRow[],
    caller: Caller,
  ): Promise<DataResource[]> {
    const [withCredentials, permitted] = await Promise.all([
      this.#withCredentials(rows, caller),
      permittedOnResources(caller),
    ]);
    return rows.map(row =>
      this.#presentOne(row, caller, withCredentials.has(row.id), permitted),
    );
  }

  /** Those on which a component of the caller's groups has an active grant. */
  async #withCredentials(
    rows: readonly ResourceRow[],
    caller: Caller,
  ): Promise<Set<string>> {
    const usable = rows.filter(({ phase }) => USABLE.has(phase));
    if (usable.length === 0 || caller.groups.size === 0 || !caller.inPerson) {
      return new Set();
    }
    const found: { resource_id: string }[] = await this.#knex('grants')
      .whereIn(
        'resource_id',
        usable.map(({ id }) => id),
      )
      .whereIn('principal_owner', [...caller.groups])
      .where({ state: 'active' })
      .distinct('resource_id');
    return new Set(found.map(({ resource_id }) => resource_id));
  }

  #presentOne(
    row: ResourceRow,
    caller: Caller,
    hasCredentials: boolean,
    permitted: PermittedOnResource,
  ): DataResource {
    const instance = this.#instances.get(row.instance);
    const connection = instance?.connection
      .provider(row.type)
      .connection(row.name);
    const roles = instance?.types
      .find(({ type }) => type === row.type)
      ?.rolesOf?.(row.spec);
    return {
      ...describeResource(row),
      observed: row.observed ?? undefined,
      drift: row.drift ?? undefined,
      generation: row.generation,
      observedGeneration: row.observed_generation,
      conditions: row.conditions,
      roles: roles?.length ? [...roles] : undefined,
      connection: connection ?? { engine: row.engine },
      createdAt: row.created_at.toISOString(),
      can: [
        ...this.#can(row, caller),
        ...(hasCredentials ? (['credentials'] as const) : []),
      ].filter(action => permitted(action, row)),
    };
  }

  #can(row: ResourceRow, caller: Caller): ResourceAction[] {
    const can: ResourceAction[] = [];
    const mine = caller.groups.has(row.owner);
    if (USABLE.has(row.phase) && caller.groups.size > 0) {
      can.push('grant');
    }
    if (mine || caller.groups.has(this.#platformGroup)) {
      if (USABLE.has(row.phase)) {
        can.push('update');
      }
      if (row.phase === 'quarantined') {
        can.push('restore');
      }
      if (USABLE.has(row.phase) || ENDED.has(row.phase)) {
        can.push('delete');
      }
    }
    return can;
  }
}

function onlyMatching(
  query: Knex.QueryBuilder,
  { q, phase }: ResourceFilter,
): void {
  if (!phase) {
    query.whereNot('resources.phase', 'deleted');
  }
  if (q) {
    const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
    query.where(any =>
      any
        .whereILike('resources.name', pattern)
        .orWhereILike('resources.description', pattern),
    );
  }
}

import {
  dataResourcesRequestCreatePermission,
  dataResourcesResourceReadPermission,
  type DiscoveryList,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { readPage } from '../database/keyset';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { DiscoveryRow } from './DiscoveryRow';

/** Filters of the list of discoveries; all that are given must hold. */
export interface DiscoveryFilter {
  instance?: string;
  type?: string;
  /** The suggested one. */
  owner?: string;
  /** Whether what the server or a tool keeps for itself is listed as well. */
  internal?: boolean;
}

export interface DiscoveryReaderOptions {
  knex: Knex;
  instances: InstanceRegistry;
  platformGroup: string;
}

/** Shows what nobody manages: all of it to the platform group, to others what may be theirs. */
export class DiscoveryReader {
  readonly #options: DiscoveryReaderOptions;

  private constructor(options: DiscoveryReaderOptions) {
    this.#options = options;
  }

  static create(options: DiscoveryReaderOptions): DiscoveryReader {
    return new DiscoveryReader(options);
  }

  async list(
    filter: DiscoveryFilter,
    page: { limit?: number; cursor?: string },
    caller: Caller,
  ): Promise<DiscoveryList> {
    const { knex, platformGroup } = this.#options;
    // Under the name of resources, because the permission to read those is narrowed by their
    // owner, environment and type, which a discovery has as well.
    const query = knex('discoveries as resources')
      .select('resources.*')
      .whereNotExists(
        // Adopted or asked for since it was seen.
        knex('reservations as v')
          .select(knex.raw('1'))
          .whereRaw(
            'v.instance = resources.instance AND v.normalised_name = resources.normalised_name AND v.released_at IS NULL',
          ),
      );
    const readable = await caller.permissions.resources(
      dataResourcesResourceReadPermission,
    );
    readable.narrow(query);
    if (!caller.groups.has(platformGroup)) {
      query.whereIn('resources.owner', [...caller.groups]);
    }
    const { internal, ...columns } = filter;
    for (const [column, value] of Object.entries(columns)) {
      if (value !== undefined) {
        query.where(`resources.${column}`, value);
      }
    }
    if (!internal) {
      query.whereNull('resources.internal');
    }
    const { rows, nextCursor } = await readPage<DiscoveryRow>(
      query,
      'resources',
      page,
    );
    return {
      items: rows.map(present),
      pageInfo: { nextCursor },
      instances: await this.#passes(filter.instance),
      can: (await this.#mayAdopt(caller)) ? ['adopt'] : [],
    };
  }

  async #mayAdopt(caller: Caller): Promise<boolean> {
    return (
      caller.groups.has(this.#options.platformGroup) &&
      caller.permissions.may(dataResourcesRequestCreatePermission)
    );
  }

  /** How fresh the list is. */
  async #passes(only?: string): Promise<DiscoveryList['instances']> {
    const { knex, instances } = this.#options;
    const rows: {
      instance: string;
      ended_at: Date | null;
      message: string | null;
    }[] = await knex('discovery_passes').select(
      'instance',
      'ended_at',
      'message',
    );
    return instances
      .all()
      .filter(({ name }) => only === undefined || name === only)
      .map(({ name }) => {
        const row = rows.find(({ instance }) => instance === name);
        return {
          instance: name,
          lookedAt: row?.ended_at?.toISOString(),
          message: row?.message ?? undefined,
        };
      });
  }
}

function present(row: DiscoveryRow): DiscoveryList['items'][number] {
  return {
    id: row.id,
    instance: row.instance,
    environment: row.environment,
    type: row.type,
    name: row.name,
    spec: row.spec,
    internal: row.internal ?? undefined,
    hints: row.hints,
    suggestedOwner: row.owner ?? undefined,
    suggestedSystem: row.system ?? undefined,
    why: row.why ?? undefined,
    firstSeenAt: row.created_at.toISOString(),
    seenAt: row.seen_at.toISOString(),
  };
}

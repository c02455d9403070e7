import {
  dataResourcesRequestCreatePermission,
  dataResourcesResourceReadPermission,
  type PromotionTarget,
  type ResourceLink,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import type { ResourceRow } from '../database/rows';
import type { InstanceRegistry } from '../instances/InstanceRegistry';

/** The newest promotions that are shown of one resource. */
const MAX_PROMOTIONS = 50;

/** Where a resource comes from, where it went, and where it may go next. */
export interface Promotions {
  promotedFrom?: ResourceLink;
  promotions: ResourceLink[];
  promotionTargets: PromotionTarget[];
}

export interface PromotionReaderOptions {
  knex: Knex;
  instances: InstanceRegistry;
  platformGroup: string;
  /** In the order of the stages. */
  environments: readonly string[];
}

/** Follows resources through the environments, as far as the caller may see them. */
export class PromotionReader {
  readonly #options: PromotionReaderOptions;

  private constructor(options: PromotionReaderOptions) {
    this.#options = options;
  }

  static create(options: PromotionReaderOptions): PromotionReader {
    return new PromotionReader(options);
  }

  async of(row: ResourceRow, caller: Caller): Promise<Promotions> {
    const { knex } = this.#options;
    const readable = await caller.permissions.resources(
      dataResourcesResourceReadPermission,
    );
    const query = knex<ResourceRow>('resources')
      .whereNot('resources.phase', 'deleted')
      .where(any =>
        any
          .where('resources.promoted_from', row.id)
          .orWhere('resources.id', row.promoted_from),
      )
      .orderBy([
        { column: 'resources.created_at', order: 'desc' },
        { column: 'resources.id', order: 'desc' },
      ])
      .limit(MAX_PROMOTIONS)
      .select('resources.*');
    readable.narrow(query);
    const rows: ResourceRow[] = await query;
    const origin = rows.find(({ id }) => id === row.promoted_from);
    return {
      promotedFrom: origin && link(origin),
      promotions: rows.filter(each => each !== origin).map(link),
      promotionTargets: (await this.#mayPromote(row, caller))
        ? this.#targets(row)
        : [],
    };
  }

  /** The instances of the next environment that has any for this type. */
  #targets(row: ResourceRow): PromotionTarget[] {
    const { environments, instances } = this.#options;
    const later = environments.slice(environments.indexOf(row.environment) + 1);
    for (const environment of later) {
      const targets = instances
        .all()
        .filter(
          instance =>
            instance.environment === environment &&
            instance.types.some(({ type }) => type === row.type),
        );
      if (targets.length > 0) {
        return targets.map(({ name, title }) => ({
          instance: name,
          environment,
          title,
        }));
      }
    }
    return [];
  }

  async #mayPromote(row: ResourceRow, caller: Caller): Promise<boolean> {
    const { platformGroup } = this.#options;
    return (
      ['ready', 'degraded'].includes(row.phase) &&
      (caller.groups.has(row.owner) || caller.groups.has(platformGroup)) &&
      caller.permissions.may(dataResourcesRequestCreatePermission)
    );
  }
}

function link(row: ResourceRow): ResourceLink {
  const { id, name, instance, environment, phase } = row;
  return { id, name, instance, environment, phase };
}

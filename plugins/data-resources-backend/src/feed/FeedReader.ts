import type {
  FeedItem,
  FeedPage,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { GrantRow, ResourceRow } from '../database/rows';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import { describeResource } from '../resources/describeResource';

/** What changed after a position, for services. */
export class FeedReader {
  readonly #knex: Knex;
  readonly #instances: InstanceRegistry;

  private constructor(options: { knex: Knex; instances: InstanceRegistry }) {
    this.#knex = options.knex;
    this.#instances = options.instances;
  }

  static create(options: {
    knex: Knex;
    instances: InstanceRegistry;
  }): FeedReader {
    return new FeedReader(options);
  }

  /**
   * Ascending, of each resource its latest change only, with the resource as it is now: from
   * position 0 this is everything there is.
   */
  async read(options: { after: number; limit: number }): Promise<FeedPage> {
    const { after, limit } = options;
    const changes: { position: string; subject_id: string }[] =
      await this.#knex('outbox AS o')
        .where('o.kind', 'resource')
        .where('o.position', '>', after)
        .where('o.latest', true)
        .orderBy('o.position')
        .limit(limit + 1)
        .select('o.position', 'o.subject_id');
    const page = changes.slice(0, limit);
    const ids = page.map(({ subject_id }) => subject_id);
    const [resources, grants]: [ResourceRow[], GrantRow[]] = await Promise.all([
      this.#knex<ResourceRow>('resources').whereIn('id', ids),
      this.#knex<GrantRow>('grants')
        .whereIn('resource_id', ids)
        .where({ state: 'active' })
        .orderBy(['principal', 'role']),
    ]);
    const byId = new Map(resources.map(row => [row.id, row]));
    return {
      items: page.flatMap(({ position, subject_id }) => {
        const row = byId.get(subject_id);
        return row
          ? [
              presentItem(
                Number(position),
                row,
                grants.filter(({ resource_id }) => resource_id === row.id),
              ),
            ]
          : [];
      }),
      pageInfo:
        changes.length > limit
          ? { nextCursor: String(page[page.length - 1].position) }
          : {},
      instances: this.#instances
        .all()
        .map(({ name, engine, environment, title, owner, entityRef }) => ({
          name,
          engine,
          environment,
          title,
          owner,
          entityRef,
        })),
    };
  }
}

function presentItem(
  position: number,
  row: ResourceRow,
  grants: GrantRow[],
): FeedItem {
  const item = { position, type: row.type, resourceId: row.id };
  if (row.phase === 'deleted') {
    return { ...item, deleted: true };
  }
  return {
    ...item,
    deleted: false,
    resource: {
      ...describeResource(row),
      principals: grants.map(({ principal, role }) => ({ principal, role })),
    },
  };
}

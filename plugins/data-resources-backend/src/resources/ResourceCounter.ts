import type { Knex } from 'knex';

/** How many resources of a type an instance has that are not deleted. */
export interface ResourceCount {
  instance: string;
  type: string;
  count: number;
}

/** Counts that triggers keep, right in every transaction; the table itself is not read. */
export async function resourceCounts(knex: Knex): Promise<ResourceCount[]> {
  const rows: { instance: string; type: string; count: string }[] = await knex
    .from(
      knex
        .unionAll(
          [
            knex('resource_counts').select('instance', 'type', 'count'),
            knex('resource_count_changes').select(
              'instance',
              'type',
              'change AS count',
            ),
          ],
          true,
        )
        .as('counts'),
    )
    .groupBy('instance', 'type')
    .select('instance', 'type')
    .sum({ count: 'count' });
  return rows.map(row => ({ ...row, count: Number(row.count) }));
}

/** Adds the changes up that were appended, so that there are few of them to read. */
export class ResourceCounter {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): ResourceCounter {
    return new ResourceCounter(options.knex);
  }

  /** In one statement: whoever reads sees a change either here or there. */
  async addUp(): Promise<void> {
    await this.#knex.raw(`
      WITH taken AS (DELETE FROM resource_count_changes RETURNING instance, type, change)
      INSERT INTO resource_counts AS c (instance, type, count)
      SELECT instance, type, sum(change) FROM taken GROUP BY instance, type ORDER BY instance, type
      ON CONFLICT (instance, type) DO UPDATE SET count = c.count + excluded.count
    `);
  }
}

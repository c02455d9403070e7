import knexFactory, { type Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { runPrepared } from './runPrepared';

jest.setTimeout(60_000);

const COUNT = {
  name: 'count_things',
  sql: 'UPDATE things SET count = count + :by RETURNING *',
};

describe('runPrepared', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeEach(async () => {
    const { client } = await databases.init('POSTGRES_18');
    // One connection, so that it is known which one a statement is prepared on.
    knex = knexFactory({
      client: 'pg',
      connection: client.connectionSettings,
      pool: { min: 1, max: 1 },
    });
    await knex.schema.createTable('things', table => {
      table.integer('count').notNullable();
    });
    await knex('things').insert({ count: 0 });
  });

  afterEach(async () => knex.destroy());

  const prepared = async () =>
    Number(
      (
        await knex.raw(
          `SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'data_resources_count_things_%'`,
        )
      ).rows[0].count,
    );
  const add = async (by: number) =>
    (await runPrepared<{ count: number }>(knex, COUNT, { by })).rows[0].count;

  it('should plan a statement once and give each call its own values', async () => {
    expect(await add(2)).toBe(2);
    expect(await add(3)).toBe(5);
    expect(await prepared()).toBe(1);
  });

  it('should do it once, unprepared, where a pooler has forgotten it', async () => {
    await add(1);
    await knex.raw('DEALLOCATE ALL');

    expect(await add(1)).toBe(2);
    expect(await add(1)).toBe(3);
    expect(await prepared()).toBe(0);
  });

  it('should never take the statement of another version for its own', async () => {
    const before = { ...COUNT, sql: COUNT.sql.replace('+ :by', '- :by') };
    const subtract = () => runPrepared(knex, before, { by: 1 });
    await subtract();
    const { rows } = await knex.raw('SELECT name FROM pg_prepared_statements');
    // As another replica has left a connection that a pooler hands to this one.
    await knex.raw(
      `DEALLOCATE ALL; PREPARE ${rows[0].name} (int) AS UPDATE things SET count = count - $1 RETURNING *`,
    );
    expect(await add(1)).toBe(0);
    expect(await add(1)).toBe(1);
  });

  it('should do it once where a newer replica has changed the table', async () => {
    await add(1);
    await knex.schema.alterTable('things', table => {
      table.text('name').nullable();
    });

    expect(await add(1)).toBe(2);
    expect(await knex('things')).toEqual([{ count: 2, name: null }]);
  });

  it('should tell of any other error', async () => {
    await knex.schema.dropTable('things');
    await expect(add(1)).rejects.toMatchObject({ code: '42P01' });
  });
});

import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { insertIntoAll, insertRows } from './insertRows';

jest.setTimeout(60_000);

describe('insertRows', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.schema.createTable('things', table => {
      table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
      table.text('name').notNullable().unique();
      table.jsonb('spec').nullable();
      table.timestamp('at', { useTz: true }).notNullable();
      table.integer('count').notNullable().defaultTo(7);
      table.specificType('n', 'int GENERATED ALWAYS AS IDENTITY');
    });
  });
  beforeEach(async () => knex('things').delete());

  it('should insert rows in their order as they were given, with defaults for the rest', async () => {
    const at = new Date('2026-11-22T12:00:00.123Z');
    const names = [`it's "a" \\ ? :b $1`, 'ä 漢 😀', '{"x": 1}', ''];
    const specs = [
      {
        deep: [1, { b: 'x', a: null }],
        big: 1e15,
        small: 0.1,
        text: 'a\nb\t"',
      },
      null,
      [],
      'text',
    ];
    const returned = await insertRows<{ name: string }>(
      knex,
      'things',
      names.map((name, index) => ({ name, spec: specs[index], at })),
      { returning: '*' },
    );
    expect(returned.map(({ name }) => name)).toEqual(names);
    expect(await knex('things').orderBy('n')).toEqual(
      names.map((name, index) =>
        expect.objectContaining({ name, spec: specs[index], at, count: 7 }),
      ),
    );
  });

  it('should insert many more values than a statement has parameters', async () => {
    const at = new Date();
    await insertRows(
      knex,
      'things',
      Array.from({ length: 40_000 }, (_, n) => ({ name: `${n}`, at })),
    );
    const [{ count }] = await knex('things').count();
    expect(Number(count)).toBe(40_000);
  });

  it('should do what it is told about conflicts, and nothing without rows', async () => {
    const at = new Date();
    await insertRows(knex, 'things', [{ name: 'a', count: 1, at }]);
    await expect(
      insertRows(knex, 'things', [{ name: 'a', count: 2, at }]),
    ).rejects.toMatchObject({ code: '23505' });
    await insertRows(knex, 'things', [{ name: 'a', count: 2, at }], {
      onConflict: 'ON CONFLICT (name) DO UPDATE SET count = excluded.count',
    });
    expect(await knex('things').select('name', 'count')).toEqual([
      { name: 'a', count: 2 },
    ]);
    expect(await insertRows(knex, 'things', [])).toEqual([]);
  });

  it('should write rows of several tables in one statement, or none of them', async () => {
    const at = new Date();
    const namesOf = async () =>
      (await knex('things').orderBy('n')).map(({ name }) => name);
    const others = (...names: string[]) => ({
      table: 'things',
      rows: names.map(name => ({ name, at })),
    });

    const returned = await insertRows<{ name: string }>(
      knex,
      'things',
      [{ name: 'a', at }],
      { returning: '*', along: [others('b', 'c'), others()] },
    );
    expect(returned.map(({ name }) => name)).toEqual(['a']);
    expect(new Set(await namesOf())).toEqual(new Set(['a', 'b', 'c']));

    await insertRows(knex, 'things', [], { along: [others('d')] });
    await insertIntoAll(knex, [others(), others('e'), others('f')]);
    await insertIntoAll(knex, [others()]);
    expect(await namesOf()).toHaveLength(6);

    await expect(
      insertIntoAll(knex, [others('g'), others('a')]),
    ).rejects.toMatchObject({ code: '23505' });
    expect(await namesOf()).toHaveLength(6);
  });
});

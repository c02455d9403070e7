import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { criteriaToSql, SQL_OF_REQUESTS } from './criteriaToSql';

jest.setTimeout(60_000);

describe('criteriaToSql', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
  });

  const SYSTEM = { system: 'things.system = ANY(?::text[])' };
  const inA = { key: 'system' as const, values: ['a'] };

  async function systemsWhere(criteria: any): Promise<(string | null)[]> {
    const { sql, bindings } = criteriaToSql(criteria, SYSTEM);
    const rows = await knex
      .select('system')
      .fromRaw("(VALUES ('a'), ('b'), (NULL)) AS things (system)")
      .whereRaw(sql, bindings);
    return rows.map(({ system }) => system).sort();
  }

  it('should take what is unknown as not being so, under any number of nots', async () => {
    expect(await systemsWhere(inA)).toEqual(['a']);
    expect(await systemsWhere({ not: inA })).toEqual(['b', null]);
    expect(await systemsWhere({ not: { not: inA } })).toEqual(['a']);
    expect(
      await systemsWhere({ not: { allOf: [inA, { not: { anyOf: [] } }] } }),
    ).toEqual(['b', null]);
    expect(
      await systemsWhere({ anyOf: [inA, { not: { anyOf: [inA] } }] }),
    ).toEqual(['a', 'b', null]);
  });

  it('should let everything through allOf of nothing, and nothing through anyOf of nothing', async () => {
    expect(await systemsWhere({ allOf: [] })).toHaveLength(3);
    expect(await systemsWhere({ anyOf: [] })).toEqual([]);
    expect(await systemsWhere({ key: 'system', values: [] })).toEqual([]);
  });

  it('should bind values, however many, and never write them into the query', () => {
    const values = Array.from({ length: 70_000 }, (_, n) => `group ${n}'; --`);
    const { sql, bindings } = criteriaToSql(
      {
        allOf: [
          { key: 'owner', values },
          { key: 'approver', values: ['?'] },
        ],
      },
      SQL_OF_REQUESTS,
    );
    expect(sql).not.toContain('group 1');
    expect(sql.match(/\?/g)).toHaveLength(2);
    expect(bindings).toEqual([values, ['?']]);
  });
});

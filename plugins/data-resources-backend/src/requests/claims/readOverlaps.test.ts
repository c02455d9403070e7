import fc from 'fast-check';
import type { Knex } from 'knex';
import { testDatabases } from '../../__testUtils__/database';
import { TestPortal } from '../../__testUtils__/Portal';
import { readOverlaps, type AskedNames } from './readOverlaps';

jest.setTimeout(120_000);

const MANY = 20_000;

/** Rows as requests leave them; the instance is what keeps tests apart. */
async function fill(
  knex: Knex,
  instance: string,
  rows: {
    names: [name: string, owner: string][];
    claims: [prefix: string, owner: string][];
  },
): Promise<void> {
  const list = [
    ...rows.names.map(([name, owner]) => ({ name, owner, kind: 'name' })),
    ...rows.claims.map(([name, owner]) => ({ name, owner, kind: 'claim' })),
  ];
  await knex.raw(
    `WITH r AS (
       SELECT gen_random_uuid() AS id, x.* FROM unnest(?::text[], ?::text[], ?::text[]) AS x(name, owner, kind)
     ), q AS (
       INSERT INTO requests (id, action, state, input, type, engine, instance, environment, name, owner,
         requested_by, input_hash, plan_revision, plan_hash, expires_at)
       SELECT id, 'create', 'approved', '{}', 'memory-box', 'memory', ?::text, 'dev', name, owner,
         'user:default/x', '', 1, '', now() FROM r
       RETURNING id
     ), v AS (
       INSERT INTO reservations (id, instance, normalised_name, name, request_id)
       SELECT id, ?, name, name, id FROM r WHERE kind = 'name' RETURNING id
     )
     INSERT INTO name_claims (id, instance, normalised_prefix, prefix, name, owner, request_id)
     SELECT id, ?, name, name, 'of ' || name, owner, id FROM r WHERE kind = 'claim'`,
    [
      list.map(({ name }) => name),
      list.map(({ owner }) => owner),
      list.map(({ kind }) => kind),
      instance,
      instance,
      instance,
    ],
  );
}

describe('readOverlaps', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    // Makes the tables.
    await (await TestPortal.start({ knex })).stop();
  });

  const text = fc
    .array(fc.constantFrom('a', 'b', '_', '%', '\\', '-', 'ä', '\u{1F600}'), {
      minLength: 1,
      maxLength: 5,
    })
    .map(parts => parts.join(''));
  const owner = fc.constantFrom('us', 'them', 'others');

  it('should find what begins alike, whatever the names are made of', async () => {
    let instances = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(text, owner), {
          selector: ([name]) => name,
          maxLength: 12,
        }),
        fc.uniqueArray(fc.tuple(text, owner), {
          selector: ([prefix]) => prefix,
          maxLength: 12,
        }),
        text,
        text,
        async (names, claims, name, prefix) => {
          instances += 1;
          const instance = `random-${instances}`;
          await fill(knex, instance, { names, claims });
          const asked: AskedNames[] = [
            { owner: 'us', name, prefixes: [] },
            { owner: 'us', prefixes: [prefix] },
          ];
          const [ofName, ofPrefix] = await readOverlaps(knex, instance, asked);

          const begins = (each: string, what: string) => each.startsWith(what);
          expect(ofName.names).toEqual([]);
          expect(ofName.claims.map(each => each.prefix).sort()).toEqual(
            claims
              .map(([each]) => each)
              .filter(each => begins(name, each))
              .sort(),
          );
          expect(ofPrefix.claims.map(each => each.prefix).sort()).toEqual(
            claims
              .map(([each]) => each)
              .filter(each => begins(prefix, each) || begins(each, prefix))
              .sort(),
          );
          expect(
            ofPrefix.names.map(each => [each.name, each.owner]).sort(),
          ).toEqual(names.filter(([each]) => begins(each, prefix)).sort());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('should look into indexes alone among many', async () => {
    const number = (n: number) => n.toString(36).padStart(5, '0');
    const range = (count: number) => Array.from({ length: count }, (_, n) => n);
    await fill(knex, 'crowded', {
      names: range(MANY).map(n => [`name_${number(n)}`, `team-${n % 100}`]),
      claims: range(MANY / 2).map(n => [
        `claim_${number(n)}`,
        `team-${n % 100}`,
      ]),
    });
    await knex.raw('ANALYZE requests, reservations, name_claims');
    const asked: [string, unknown[]][] = [];
    knex.on('query', ({ sql, bindings }) => asked.push([sql, bindings]));
    const [found] = await readOverlaps(knex, 'crowded', [
      {
        owner: 'team-1',
        name: `claim_${number(7)}_mine`,
        prefixes: ['name_000', 'claim_0000'],
      },
    ]);
    knex.removeAllListeners('query');

    expect(found.claims).toContainEqual(
      expect.objectContaining({ prefix: `claim_${number(7)}` }),
    );
    expect(found.names.length).toBeGreaterThan(10);
    expect(asked).toHaveLength(3);
    for (const [sql, bindings] of asked) {
      const { rows } = await knex.raw(
        `EXPLAIN ${sql.replace(/\$\d+/g, '?')}`,
        bindings as never,
      );
      const plan = rows
        .map((row: { 'QUERY PLAN': string }) => row['QUERY PLAN'])
        .join('\n');
      expect(plan).toMatch(/(reservations|name_claims)_held_idx/);
      expect(plan).not.toContain('Seq Scan');
    }
  });
});

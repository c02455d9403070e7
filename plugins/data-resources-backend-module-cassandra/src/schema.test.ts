import type {
  ObjectRef,
  PlannedGrant,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import * as fc from 'fast-check';
import { KeyspaceScene } from './__testUtils__/KeyspaceScene';
import { uniqueName } from './__testUtils__/TestCluster';
import { keyspaceType } from './keyspace/keyspaceType';

jest.setTimeout(120_000);

const ORDERS = `
  CREATE TYPE "Address" (street text, "Zip code" varchar);
  CREATE TABLE by_day (
    day date, id timeuuid, shop text STATIC, lines map<text, frozen<list<int>>>,
    home "Address", PRIMARY KEY ((day), id)
  ) WITH CLUSTERING ORDER BY (id DESC) AND comment = 'it''s ours' AND gc_grace_seconds = 3600;
  CREATE INDEX ON by_day (KEYS(lines));
  CREATE CUSTOM INDEX by_shop ON by_day (shop) USING 'sai' WITH OPTIONS = {'case_sensitive': false};
`;

/** What plain clients and the administrator see of a schema that was asked for with a keyspace. */
describe('a first schema', () => {
  const scene = KeyspaceScene.forEachTest();

  const specWith = (schema?: string) =>
    keyspaceType.specSchema.parse({
      replication: { [scene.cluster.description.dataCenter]: 1 },
      schema,
    });

  const create = (schema: string | undefined, ...grants: PlannedGrant[]) =>
    scene.create('schema', specWith(schema), ...grants);

  /** What is not made yet. */
  function unmade(): ObjectRef {
    const name = uniqueName('schema');
    scene.afterwards(() => scene.cluster.cleanUp(name));
    return { name };
  }

  it('should be there for those who are let in', async () => {
    const [owner, writer, reader] = ['owner', 'writer', 'reader'].map(role =>
      scene.portal.grant(role),
    );
    const { name } = await create(ORDERS, owner, writer, reader);

    const [table] = await scene.cluster.admin(
      'SELECT comment, gc_grace_seconds FROM system_schema.tables WHERE keyspace_name = ?',
      [name],
    );
    expect({ ...table }).toEqual({
      comment: "it's ours",
      gc_grace_seconds: 3600,
    });
    const indexes = await scene.cluster.admin(
      'SELECT index_name, kind FROM system_schema.indexes WHERE keyspace_name = ?',
      [name],
    );
    expect(indexes.map(({ index_name }) => index_name)).toEqual([
      'by_day_lines_idx',
      'by_shop',
    ]);

    const asWriter = await scene.login(writer.login.a);
    await asWriter.execute(
      `INSERT INTO "${name}".by_day (day, id, shop, lines, home) VALUES ('2020-01-01', now(), 'x', {'a': [1]}, {street: 's', "Zip code": '1'})`,
    );
    const asReader = await scene.login(reader.login.a);
    const { rows } = await asReader.execute(
      `SELECT shop FROM "${name}".by_day WHERE shop = 'X'`,
    );
    expect(rows.map(({ shop }) => shop)).toEqual(['x']);
    const asOwner = await scene.login(owner.login.b);
    await asOwner.execute(`ALTER TABLE "${name}".by_day ADD more int`);
    await asOwner.execute(`DROP INDEX "${name}".by_shop`);
    await asOwner.execute(`DROP TABLE "${name}".by_day`);
    await asOwner.execute(`DROP TYPE "${name}"."Address"`);
  });

  it('should leave the portal nothing on the tables that it made', async () => {
    const { name } = await create(ORDERS);

    const held = await scene.cluster.admin(
      'SELECT role, resource FROM system_auth.role_permissions WHERE role = ?',
      [scene.cluster.provisioner],
    );
    expect(
      held
        .map(({ resource }) => resource)
        .filter(resource => resource.startsWith(`data/${name}`)),
    ).toEqual([`data/${name}`]);
  });

  it('should be no drift once an owner changes it', async () => {
    const owner = scene.portal.grant('owner');
    const object = await create(ORDERS, owner);
    await (
      await scene.login(owner.login.a)
    ).execute(`DROP TABLE "${object.name}".by_day`);

    const spec = specWith(ORDERS);
    expect(await scene.portal.plan('update', object, { spec })).toEqual({
      changes: [],
      steps: [],
      findings: [],
      risk: 'low',
    });
  });

  it('should be made again by nothing but a statement that was understood', async () => {
    const all = await create(`
      CREATE TABLE all_types (
        "a""; DROP TABLE x; --" ascii, b bigint, c blob, d boolean, e date, f decimal, g double,
        h duration, i float, j inet, k int, l smallint, m text, n time, o timestamp, p timeuuid,
        q tinyint, r uuid, s varchar, t varint, u list<int>, v set<text>, w map<int, text>,
        x frozen<map<text, list<tuple<int, frozen<set<text>>>>>>, y tuple<int, list<int>>,
        z vector<float, 3>, aa list<frozen<tuple<int, text>>>, "BB" int static,
        PRIMARY KEY (("a""; DROP TABLE x; --", b), c, d)
      ) WITH CLUSTERING ORDER BY (c ASC, d DESC)
        AND caching = {'keys': 'ALL', 'rows_per_partition': '10'}
        AND compaction = {'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 100}
        AND compression = {'class': 'ZstdCompressor', 'chunk_length_in_kb': 32}
        AND bloom_filter_fp_chance = 0.1 AND crc_check_chance = 0.5 AND default_time_to_live = 60
        AND speculative_retry = '99p' AND additional_write_policy = 'NEVER' AND read_repair = 'NONE'
        AND memtable_flush_period_in_ms = 60000 AND min_index_interval = 64 AND max_index_interval = 512;
      CREATE TABLE hits (id int PRIMARY KEY, hits counter);
      CREATE INDEX frozen ON all_types (FULL(x));
      CREATE INDEX values ON all_types (w);
      CREATE INDEX "Entries" ON all_types (ENTRIES(w));
      CREATE INDEX on_static ON all_types ("BB")`);
    const tables = await scene.cluster.admin(
      'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?',
      [all.name],
    );
    expect(tables.map(({ table_name }) => table_name)).toEqual([
      'all_types',
      'hits',
    ]);
  });

  it('should keep any name and any text as it is on the server', async () => {
    const usable = (text: string) => !/\p{Surrogate}|\p{Cc}/u.test(text);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc
            .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
            .filter(usable),
          { minLength: 2, maxLength: 4 },
        ),
        fc.string({ unit: 'grapheme' }).filter(usable),
        async (columns, comment) => {
          const quoted = columns.map(each => `"${each.replace(/"/g, '""')}"`);
          const { name } = await create(
            `CREATE TABLE t (${quoted
              .map(each => `${each} int`)
              .join(', ')}, PRIMARY KEY (${
              quoted[0]
            })) WITH comment = '${comment.replace(/'/g, "''")}'`,
          );
          const rows = await scene.cluster.admin(
            'SELECT column_name FROM system_schema.columns WHERE keyspace_name = ?',
            [name],
          );
          expect(rows.map(row => row.column_name).sort()).toEqual(
            [...columns].sort(),
          );
          const tables = await scene.cluster.admin(
            'SELECT table_name, comment FROM system_schema.tables WHERE keyspace_name = ?',
            [name],
          );
          expect(tables.map(row => ({ ...row }))).toEqual([
            { table_name: 't', comment },
          ]);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('should be whole after the portal was killed at any point', async () => {
    const spec = specWith(
      'CREATE TYPE p (x int); CREATE TABLE t (id int PRIMARY KEY, v frozen<p>); CREATE INDEX i ON t (v)',
    );
    for (let survived = 0, wasKilled = true; wasKilled; survived += 1) {
      const object = unmade();
      const plan = await scene.portal.plan('create', object, { spec });
      const journal = new MemoryStepJournal();
      const death = dieAfter(journal, survived);
      const first = await scene.portal
        .execute(object, plan, journal)
        .catch(() => undefined);
      wasKilled = death.hasCome();
      expect(first === undefined).toBe(wasKilled);

      journal.onEvent = undefined;
      expect(await scene.portal.execute(object, plan, journal)).toEqual({
        state: 'done',
      });
      // And once more, with nothing known of what was done.
      expect(await scene.portal.execute({ ...object }, plan)).toEqual({
        state: 'done',
      });
      const tables = await scene.cluster.admin(
        'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?',
        [object.name],
      );
      expect(tables).toHaveLength(1);
    }
  }, 300_000);

  it('should take for made what is the same, and nothing else', async () => {
    const object = await create(undefined);
    const { name } = object;
    const asked = await scene.portal.plan(
      'create',
      { name: uniqueName('schema') },
      {
        spec: specWith(
          'CREATE TYPE p (x int, y int); CREATE TABLE t (id int, at date, v frozen<p>, PRIMARY KEY (id, at)); CREATE INDEX i ON t (v)',
        ),
      },
    );
    const check = async (key: string): Promise<StepCheck> => {
      const { kind, args } = asked.steps.find(({ id }) => id === key)!;
      const checks = await scene.portal.provider.check(
        [{ key, kind, args, object }],
        scene.portal.context(),
      );
      return checks.get(key)!;
    };
    const [type, table, index] = ['type:p', 'table:t', 'index:i'].map(
      each => `create-object:${each}`,
    );
    const conflict = (text: RegExp) => ({
      state: 'failed',
      error: expect.objectContaining({
        reason: 'Conflict',
        message: expect.stringMatching(text),
      }),
    });
    for (const key of [type, table, index]) {
      expect(await check(key)).toMatchObject({ state: 'pending' });
    }

    await scene.cluster.admin(`CREATE TYPE "${name}".p (y int, x int)`);
    expect(await check(type)).toEqual(conflict(/parts are in another order/));
    await scene.cluster.admin(`DROP TYPE "${name}".p`);
    await scene.cluster.admin(`CREATE TYPE "${name}".p (x int, y int)`);
    expect(await check(type)).toMatchObject({ state: 'satisfied' });

    await scene.cluster.admin(
      `CREATE TABLE "${name}".t (id int, at date, v frozen<p>, PRIMARY KEY (id, at)) WITH CLUSTERING ORDER BY (at DESC)`.replace(
        'frozen<p>',
        `frozen<"${name}".p>`,
      ),
    );
    expect(await check(table)).toEqual(
      conflict(
        /lacks "at" date as clustering column 1 ASC; it has "at".* DESC/,
      ),
    );
    await scene.cluster.admin(`DROP TABLE "${name}".t`);
    await scene.cluster.admin(
      `CREATE TABLE "${name}".t (v frozen<"${name}".p>, at date, id int, PRIMARY KEY (id, at)) WITH comment = 'by hand'`,
    );
    expect(await check(table)).toMatchObject({ state: 'satisfied' });

    await scene.cluster.admin(`CREATE INDEX i ON "${name}".t (at)`);
    expect(await check(index)).toEqual(conflict(/it lacks on "t" \("v"\)/));
    await scene.cluster.admin(`DROP INDEX "${name}".i`);
    await scene.cluster.admin(`CREATE INDEX i ON "${name}".t (v)`);
    expect(await check(index)).toMatchObject({ state: 'satisfied' });

    // Another keyspace of the name is none to make anything in.
    await scene.cluster.dropKeyspace(name);
    await scene.cluster.createForeign(name);
    expect(await check(table)).toEqual(
      conflict(/not the one that was created/),
    );
  });
});

/** The writer of a journal dies when so many entries have become durable. */
function dieAfter(journal: MemoryStepJournal, entries: number) {
  let left = entries;
  journal.onEvent = () => {
    left -= 1;
    if (left === -1) {
      throw new Error('killed');
    }
  };
  return { hasCome: () => left < 0 };
}

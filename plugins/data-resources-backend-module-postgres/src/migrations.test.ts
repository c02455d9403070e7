import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import { ContractBench } from '@data-resources/plugin-data-resources-node/testUtils';
import { Applications } from './__testUtils__/Applications';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(60_000);

/** One of each kind of object, made by a migration in the schema `app`. */
const MIGRATION = `
CREATE TABLE app.orders (id serial PRIMARY KEY, what text);
INSERT INTO app.orders (what) VALUES ('tea');
CREATE SEQUENCE app.numbers;
CREATE VIEW app.open_orders AS SELECT * FROM app.orders;
CREATE MATERIALIZED VIEW app.totals AS SELECT count(*) AS total FROM app.orders;
CREATE FUNCTION app.double(i int) RETURNS int LANGUAGE sql AS 'SELECT 2 * i';
CREATE PROCEDURE app.nothing() LANGUAGE sql AS '';
CREATE TYPE app.state AS ENUM ('open', 'closed');
CREATE DOMAIN app.amount AS int CHECK (VALUE >= 0);
CREATE TABLE app.parts (id int) PARTITION BY RANGE (id);
CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM (0) TO (10);`;

/** What migrations make is the group's, and open to readers and writers and to nobody else. */
describe.each(TESTED_SERVERS)('migrations of a database of %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  let applications: Applications;

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(databaseFixture(server, {}));
    applications = new Applications(server, bench);
  });
  afterEach(async () => {
    await applications.close();
    await bench.cleanUp();
  });
  afterAll(() => server.close());

  async function expectReadable(reader: {
    query(sql: string): Promise<{ rows: unknown[] }>;
  }) {
    for (const [sql, row] of [
      ['SELECT what FROM app.orders', { what: 'tea' }],
      ['SELECT what FROM app.open_orders', { what: 'tea' }],
      ['SELECT total FROM app.totals', { total: '1' }],
      ['SELECT last_value FROM app.numbers', { last_value: '1' }],
      ['SELECT app.double(21) AS answer', { answer: 42 }],
      [`SELECT 'open'::app.state AS state`, { state: 'open' }],
      ['SELECT 3::app.amount AS amount', { amount: 3 }],
      ['SELECT count(*)::int AS parts FROM app.parts', { parts: 0 }],
    ] as const) {
      expect((await reader.query(sql)).rows).toEqual([row]);
    }
    await reader.query('CALL app.nothing()');
    for (const sql of [
      `INSERT INTO app.orders (what) VALUES ('no')`,
      `SELECT nextval('app.numbers')`,
      'REFRESH MATERIALIZED VIEW app.totals',
      'DROP VIEW app.open_orders',
      'DROP FUNCTION app.double',
      `ALTER TYPE app.state ADD VALUE 'lost'`,
      'CREATE TABLE app.mine (i int)',
    ]) {
      await expect(reader.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
  }

  it.each([
    ['as the group, which owns them', ''],
    ['as a login itself, past RESET ROLE', 'SET ROLE NONE;'],
  ])(
    'should let readers read, and writers write, all that is made later %s',
    async (_, before) => {
      const [own, write, read] = ['owner', 'writer', 'reader'].map(role =>
        bench.grant(role),
      );
      const subject = await bench.create(own, write, read);
      const reader = await applications.connect(subject, read);
      const writer = await applications.connect(subject, write);
      const migrator = await applications.connect(subject, own);
      await migrator.query(`CREATE SCHEMA app; ${before} ${MIGRATION}`);

      await expectReadable(reader);
      await writer.query(
        `INSERT INTO app.orders (what) VALUES ('cake');
         UPDATE app.orders SET what = 'pie'; DELETE FROM app.orders;
         SELECT nextval('app.numbers'); INSERT INTO app.parts VALUES (1);
         SELECT app.double(1)`,
      );
      await expect(writer.query('TRUNCATE app.orders')).rejects.toMatchObject({
        code: '42501',
      });
      const owners = await server.sql<{ owner: string }>(
        `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class
         WHERE relnamespace = 'app'::regnamespace`,
        { database: subject.name },
      );
      expect(owners).toEqual([
        { owner: before ? own.login.a : `${subject.name}_owner` },
      ]);
    },
  );

  it('should let the other slot of a migrator, and other migrators, go on from there', async () => {
    const [first, second] = [bench.grant('owner'), bench.grant('owner')];
    const subject = await bench.create(first, second);
    const migrator = await applications.connect(subject, first);
    await migrator.query(`CREATE SCHEMA app; ${MIGRATION}`);

    const next = await applications.connect(subject, second, 'b');
    await next.query(
      `ALTER TABLE app.orders ADD COLUMN price int;
       CREATE INDEX ON app.orders (price);
       CREATE OR REPLACE FUNCTION app.double(i int) RETURNS int LANGUAGE sql AS 'SELECT i + i';
       ALTER TYPE app.state ADD VALUE 'lost';
       DROP MATERIALIZED VIEW app.totals`,
    );
    const { rows } = await migrator.query(
      'SELECT what, price, app.double(4) FROM app.orders',
    );
    expect(rows).toEqual([{ what: 'tea', price: null, double: 8 }]);
  });

  it('should leave PUBLIC nothing: not the database, not its schemas, not what is made', async () => {
    const own: PlannedGrant = bench.grant('owner');
    const subject = await bench.create(own);
    const { name } = subject;
    const migrator = await applications.connect(subject, own);
    await migrator.query(
      `CREATE SCHEMA app; ${MIGRATION};
       SET ROLE NONE; CREATE FUNCTION app.own() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    );
    const rights = await server.sql<{ what: string }>(
      `SELECT concat_ws(' ', 'database', privilege_type) AS what
         FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
         WHERE datname = current_database() AND grantee = 0
       UNION ALL SELECT concat_ws(' ', 'schema', nspname, privilege_type)
         FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
         WHERE nspname IN ('public', 'app') AND grantee = 0
       UNION ALL SELECT concat_ws(' ', 'relation', relname, privilege_type)
         FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner)))
         WHERE relnamespace = 'app'::regnamespace AND relkind <> 'i' AND grantee = 0
       UNION ALL SELECT concat_ws(' ', 'function', proname, privilege_type)
         FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
         WHERE pronamespace = 'app'::regnamespace AND grantee = 0`,
      { database: name },
    );
    expect(rights).toEqual([]);

    // Somebody whom an administrator has let in, and no more.
    const guest = server.uniqueName();
    await server.sql(
      `CREATE ROLE ${guest} LOGIN PASSWORD 'guest'; GRANT CONNECT ON DATABASE ${name} TO ${guest}`,
    );
    await server.sql(`GRANT USAGE ON SCHEMA app TO ${guest}`, {
      database: name,
    });
    const client = await server.login(guest, 'guest', name);
    try {
      for (const sql of [
        'TABLE app.orders',
        'SELECT app.double(1)',
        'SELECT app.own()',
        'CREATE TABLE public.mine (i int)',
      ]) {
        await expect(client.query(sql)).rejects.toMatchObject({
          code: '42501',
        });
      }
    } finally {
      await client.end();
      await server.sql(`DROP OWNED BY ${guest}`, { database: name });
      await server.sql(`DROP ROLE ${guest}`);
    }
  });
});

import type { JsonObject } from '@backstage/types';
import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  expectNoDeny,
  type Operation,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { Applications } from './__testUtils__/Applications';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { specSchema } from './type/specSchema';

jest.setTimeout(60_000);

/** Schemas with group roles of their own, on the real server. */
describe.each(TESTED_SERVERS)('the schemas of a database of %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  let applications: Applications;
  const roles: string[] = [];

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(
      databaseFixture(server, { schemas: ['sales', 'audit'] }),
    );
    applications = new Applications(server, bench);
  });
  afterEach(async () => {
    await applications.close();
    await bench.cleanUp();
    for (const role of roles.splice(0)) {
      await server.sql(`DROP ROLE IF EXISTS "${role}"`);
    }
  });
  afterAll(() => server.close());

  /** Plans as the portal does: what is asked for is looked for. */
  async function planUpdate(
    subject: Subject,
    schemas: string[],
    keep: PlannedGrant[] = [],
  ): Promise<Operation> {
    const desired = specSchema.parse({ schemas }) as JsonObject;
    const input = await bench.planInput(subject, 'update', { keep }, desired);
    const seen = await bench.provider.observe(
      [{ ...input.object, desired }],
      bench.context(),
    );
    const observed = seen.get(subject.name)!;
    return bench.operation(
      subject,
      bench.provider.plan({ ...input, observed }),
    );
  }

  async function update(...args: Parameters<typeof planUpdate>) {
    const operation = await planUpdate(...args);
    expectNoDeny(operation.plan);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    args[0].spec = specSchema.parse({ schemas: args[1] }) as JsonObject;
  }

  async function drift(subject: Subject) {
    return (await bench.plan(subject, 'update')).plan.changes;
  }

  async function rolesOf({ name }: Subject): Promise<string[]> {
    const rows = await server.sql<{ rolname: string }>(
      'SELECT rolname FROM pg_roles WHERE rolname LIKE $1 ORDER BY 1',
      { values: [`${name.replaceAll('_', '\\_')}.%`] },
    );
    return rows.map(({ rolname }) => rolname.slice(name.length + 1));
  }

  it('should be closed to those who have a role on another schema alone', async () => {
    const [own, write, read, all] = [
      'owner:sales',
      'writer:sales',
      'reader:sales',
      'reader',
    ].map(role => bench.grant(role));
    const subject = await bench.create(own, write, read, all);
    expect(await drift(subject)).toEqual([]);
    const migrator = await applications.connect(subject, own);
    const writer = await applications.connect(subject, write);
    const reader = await applications.connect(subject, read);
    const everywhere = await applications.connect(subject, all);

    await migrator.query(
      `CREATE TABLE sales.orders (id serial, what text);
       CREATE FUNCTION sales.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
       SET ROLE NONE; CREATE TABLE sales.own (i int)`,
    );
    await writer.query(
      `INSERT INTO sales.orders (what) VALUES ('tea'); INSERT INTO sales.own VALUES (7)`,
    );
    for (const client of [reader, everywhere]) {
      const { rows } = await client.query(
        'SELECT what, i, sales.one() FROM sales.orders, sales.own',
      );
      expect(rows).toEqual([{ what: 'tea', i: 7, one: 1 }]);
      await expect(
        client.query('DELETE FROM sales.orders'),
      ).rejects.toMatchObject({ code: '42501' });
    }
    for (const sql of [
      'CREATE TABLE audit.mine (i int)',
      'CREATE TABLE public.mine (i int)',
      'CREATE SCHEMA mine',
      'CREATE EXTENSION citext SCHEMA sales',
      'DROP SCHEMA sales',
      'ALTER SCHEMA sales RENAME TO mine',
      'GRANT USAGE ON SCHEMA audit TO PUBLIC',
    ]) {
      await migrator.query('RESET ROLE').catch(() => {});
      await expect(migrator.query(sql)).rejects.toMatchObject({
        code: '42501',
      });
    }
    await expect(reader.query('TABLE audit.log')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('should let owners of the database work in all of them, in tables of others too', async () => {
    const [own, mine, read] = ['owner', 'owner:sales', 'reader:sales'].map(
      role => bench.grant(role),
    );
    const subject = await bench.create(own, mine, read);
    const migrator = await applications.connect(subject, mine);
    await migrator.query('CREATE TABLE sales.orders (id int)');
    const owner = await applications.connect(subject, own);
    await owner.query(
      `ALTER TABLE sales.orders ADD COLUMN what text;
       CREATE TABLE sales.by_group (i int);
       SET ROLE NONE; CREATE TABLE sales.by_login (i int);
       CREATE FUNCTION sales.by_login() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    );
    const reader = await applications.connect(subject, read);
    await reader.query(
      'TABLE sales.orders; TABLE sales.by_group; TABLE sales.by_login; SELECT sales.by_login()',
    );
    await migrator.query('INSERT INTO sales.by_group VALUES (1)');
    await expect(
      owner.query('DROP SCHEMA sales CASCADE'),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('should be added to a database with logins, and opened by what they make', async () => {
    const [own, read] = ['owner', 'reader'].map(role => bench.grant(role));
    const subject = await bench.create(own, read);
    await update(subject, ['audit', 'sales', 'stock'], [own, read]);
    expect(await drift(subject)).toEqual([]);
    expect(await rolesOf(subject)).toEqual(
      ['audit', 'sales', 'stock'].flatMap(schema =>
        ['owner', 'ro', 'rw'].map(group => `${schema}_${group}`),
      ),
    );
    const owner = await applications.connect(subject, own);
    await owner.query('SET ROLE NONE; CREATE TABLE stock.items (i int)');
    const added = bench.grant('reader:stock');
    const operation = await bench.plan(subject, 'grant', { add: [added] });
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    const reader = await applications.connect(subject, added);
    await reader.query('TABLE stock.items');
  });

  it('should refuse to drop one that holds something, and drop it once it is empty', async () => {
    const own = bench.grant('owner');
    const subject = await bench.create(own);
    const owner = await applications.connect(subject, own);
    await owner.query('CREATE TABLE sales.orders (i int)');
    const full = await planUpdate(subject, ['audit']);
    expect(full.plan.findings).toContainEqual(
      expect.objectContaining({
        effect: 'deny',
        policy: 'postgres/schema-not-empty',
        message: expect.stringContaining('holds table sales.orders'),
      }),
    );
    // Made after the plan was approved.
    expect(await bench.execute(full)).toMatchObject({
      state: 'failed',
      error: {
        reason: 'Rejected',
        message: expect.stringMatching(
          /2BP01, cannot drop schema sales .* table sales\.orders depends on schema sales/,
        ),
      },
    });
    await owner.query('TABLE sales.orders; DROP TABLE sales.orders');
    await update(subject, ['audit']);
    expect(await rolesOf(subject)).toEqual([
      'audit_owner',
      'audit_ro',
      'audit_rw',
    ]);
    expect(await drift(subject)).toEqual([]);
    await update(subject, []);
    expect(await rolesOf(subject)).toEqual([]);
    await update(subject, ['sales']);
  });

  it('should keep what roles of a dropped schema own elsewhere', async () => {
    const mine = bench.grant('owner:sales');
    const subject = await bench.create(mine);
    await server.sql(
      `GRANT CREATE ON SCHEMA public TO "${subject.name}.sales_owner"`,
      { database: subject.name },
    );
    const migrator = await applications.connect(subject, mine);
    await migrator.query('CREATE TABLE public.kept (i int)');
    const held = await planUpdate(subject, ['audit'], [mine]);
    expect(held.plan.findings).toContainEqual(
      expect.objectContaining({
        effect: 'deny',
        policy: 'postgres/schema-granted',
        message: expect.stringContaining(`${mine.principal} is owner:sales`),
      }),
    );
    const revoke = await bench.plan(subject, 'revoke', { remove: [mine] });
    expect(await bench.execute(revoke)).toEqual({ state: 'done' });
    await update(subject, ['audit']);
    const owners = await server.sql(
      `SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname = 'kept'`,
      { database: subject.name },
    );
    expect(owners).toEqual([{ owner: `${subject.name}_owner` }]);
  });

  it('should be mended where somebody changed them, and tell it as drift', async () => {
    const subject = await bench.create();
    const { name } = subject;
    for (const sql of [
      `REVOKE USAGE ON SCHEMA sales FROM "${name}.sales_ro"`,
      'GRANT USAGE ON SCHEMA sales TO PUBLIC',
      `REVOKE "${name}.sales_rw" FROM "${name}_rw" GRANTED BY data_resources`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE "${name}.sales_owner" IN SCHEMA sales REVOKE SELECT ON TABLES FROM "${name}.sales_ro"`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE "${name}.sales_owner" GRANT EXECUTE ON FUNCTIONS TO PUBLIC`,
    ]) {
      await server.sql(sql, { database: name });
      expect(await drift(subject)).toEqual([
        expect.objectContaining({ path: 'schemas.sales.privileges' }),
      ]);
      await update(subject, ['audit', 'sales']);
      expect(await drift(subject)).toEqual([]);
    }
    await server.sql('DROP SCHEMA sales', { database: name });
    expect(await drift(subject)).toEqual([
      { path: 'schemas.sales', to: 'sales', kind: 'in-place' },
    ]);
    await update(subject, ['audit', 'sales']);
    expect(await drift(subject)).toEqual([]);
  });

  it('should leave schemas and roles of others alone, and say so before', async () => {
    const own = bench.grant('owner');
    const subject = await bench.create(own);
    const owner = await applications.connect(subject, own);
    await owner.query(
      'CREATE SCHEMA archive; CREATE TABLE archive.old (i int)',
    );
    const taken = `${subject.name}.stock_rw`;
    roles.push(taken);
    await server.sql(`CREATE ROLE "${taken}"`);
    const { plan } = await planUpdate(subject, [
      'archive',
      'audit',
      'sales',
      'stock',
    ]);
    expect(plan.findings).toMatchObject([
      {
        policy: 'postgres/schema-exists',
        message: expect.stringContaining(`belongs to ${subject.name}_owner`),
      },
      {
        policy: 'postgres/role-exists',
        message: expect.stringContaining(taken),
      },
    ]);
    for (const schema of ['archive', 'stock']) {
      // As if it came between the plan and the step.
      const late = await planUpdate(subject, [schema, 'audit', 'sales']);
      expect(await bench.execute(late)).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict' },
      });
    }
    await owner.query('TABLE archive.old');
  });

  it('should not share roles with a database and schema of confusable names', async () => {
    const stem = server.uniqueName();
    const subjects = [
      [`${stem}_b`, 'c'],
      [stem, 'b_c'],
      [`${stem}_b_c`, 'd'],
    ] as const;
    for (const [name, schema] of subjects) {
      const subject = bench.subject(name);
      const spec = specSchema.parse({ schemas: [schema] }) as JsonObject;
      const operation = await bench.plan(subject, 'create', {}, spec);
      expectNoDeny(operation.plan);
      expect(await bench.execute(operation)).toEqual({ state: 'done' });
    }
    const [{ roles: count }] = await server.sql<{ roles: number }>(
      `SELECT count(*)::int AS roles FROM pg_roles WHERE rolname LIKE $1`,
      { values: [`${stem.replaceAll('_', '\\_')}%`] },
    );
    expect(count).toBe(3 * 7);
  });

  it('should finish, and prove its own, where the answer was lost', async () => {
    const subject = await bench.create();
    const operation = await planUpdate(subject, ['audit', 'sales', 'stock']);
    const crash = new Error('killed');
    await expect(
      bench.execute(operation, {
        onMoment: ({ at }) => {
          if (at === 'acted') {
            throw crash;
          }
        },
      }),
    ).rejects.toThrow(crash);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    expect(await rolesOf(subject)).toContain('stock_rw');
  });

  it('should go with the database, and leave nothing', async () => {
    const grants = ['owner', 'owner:sales', 'reader:audit'].map(role =>
      bench.grant(role),
    );
    const subject = await bench.create(...grants);
    const access = await bench.access(subject);
    expect(access).toContainEqual(
      expect.objectContaining({
        login: grants[2].login.a,
        rights: expect.arrayContaining(['CONNECT', 'USAGE']),
        via: `member of ${subject.name}.audit_ro`,
      }),
    );
    expect(
      access.filter(
        ({ login, internal }) => !internal && login.startsWith(subject.name),
      ),
    ).toEqual([]);
    const operation = await bench.plan(subject, 'delete', { remove: grants });
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    expect(await bench.leftovers(subject)).toEqual([]);
  });

  it('should let nobody be owner of two', async () => {
    const first = bench.grant('owner:sales');
    const subject = await bench.create(first);
    for (const role of ['owner', 'owner:audit']) {
      const { plan } = await bench.plan(subject, 'grant', {
        add: [bench.grant(role, first.principal)],
        keep: [first],
      });
      expect(plan.findings).toEqual([
        expect.objectContaining({
          effect: 'deny',
          policy: 'postgres/one-owner',
          message: expect.stringContaining('is owner:sales already'),
        }),
      ]);
    }
    const both = bench.grant('writer:audit', first.principal);
    const { plan } = await bench.plan(subject, 'grant', {
      add: [both],
      keep: [first],
    });
    expect(plan.findings).toEqual([]);
  });
});

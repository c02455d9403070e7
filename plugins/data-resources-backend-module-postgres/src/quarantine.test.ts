import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import type { Client } from 'pg';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(60_000);

/** Databases that nobody may use any more, on the real server. */
describe.each(TESTED_SERVERS)('a database of %s in quarantine', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  const clients: Client[] = [];

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(
      databaseFixture(server, { extensions: ['citext'] }),
    );
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.end()));
    await bench.cleanUp();
  });
  afterAll(() => server.close());

  async function connect(
    { name }: Subject,
    user: string,
    password = `Of-${user}`,
  ): Promise<Client> {
    const client = await server.login(user, password, name);
    clients.push(client);
    return client;
  }

  async function enable({ login }: PlannedGrant): Promise<void> {
    await bench.instance.logins.enable(
      { username: login.a, password: `Of-${login.a}` },
      bench.context(),
    );
  }

  async function run(...args: Parameters<ContractBench['plan']>) {
    const operation = await bench.plan(...args);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    return operation.plan;
  }

  it('should end the sessions of its logins there, and nowhere else', async () => {
    const own = bench.grant('owner');
    const subject = await bench.create(own);
    const other = await bench.create(own);
    await enable(own);
    const inside = await connect(subject, own.login.a);
    await inside.query('BEGIN; CREATE TABLE half_done (i int)');
    const outside = await connect(other, own.login.a);
    const ended = new Promise(resolve => inside.once('end', resolve));

    const plan = await run(subject, 'quarantine', { remove: [own] });
    expect(plan.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^1 session is open now/),
    );
    await ended;
    await outside.query('SELECT 1');
    await expect(connect(subject, own.login.a)).rejects.toMatchObject({
      code: '55000',
    });

    await run(subject, 'restore', { add: [own] });
    await (await connect(subject, own.login.a)).query('CREATE TABLE t (i int)');
  });

  it('should end the sessions of what was closed before, and left at that', async () => {
    const read = bench.grant('reader');
    const subject = await bench.create(read);
    await enable(read);
    const inside = await connect(subject, read.login.a);
    const ended = new Promise(resolve => inside.once('end', resolve));
    await server.sql(`ALTER DATABASE ${subject.name} ALLOW_CONNECTIONS false`);

    await run(subject, 'quarantine', { remove: [read] });
    await ended;
    await expect(inside.query('SELECT 1')).rejects.toThrow();
  });

  it('should leave an administrator’s session, and tell of it', async () => {
    const { admin } = server.server;
    const subject = await bench.create();
    const visitor = await connect(subject, admin.user, admin.password);

    const plan = await run(subject, 'quarantine');
    expect(plan.findings).toContainEqual(
      expect.objectContaining({
        effect: 'warn',
        message: expect.stringContaining('postgres is connected'),
      }),
    );
    await visitor.query('SELECT 1');
    expect(await bench.access(subject)).toContainEqual({
      login: admin.user,
      rights: ['CONNECT'],
      via: `session that is open since before database ${subject.name} refused connections`,
      internal: true,
    });
  });

  it('should show what is true: nobody’s access, no drift, no extensions', async () => {
    const grants = ['reader', 'owner'].map(role => bench.grant(role));
    const subject = await bench.create(...grants);
    await server.sql(`GRANT CONNECT ON DATABASE ${subject.name} TO PUBLIC`);
    await run(subject, 'quarantine', { remove: grants });

    const access = await bench.access(subject);
    expect(access.filter(({ via }) => via !== 'superuser')).toEqual([
      {
        login: `${subject.name}_dba`,
        rights: ['OWNER'],
        via: `owner of database ${subject.name}, which refuses connections`,
        internal: true,
      },
    ]);
    const seen = await bench.provider.observe([subject], bench.context());
    const { extensions, ...rest } = bench.spec;
    const found = seen.get(subject.name);
    expect(found).toMatchObject({ exists: true, ours: true, spec: rest });
    expect(found?.spec).not.toHaveProperty('extensions');
    expect((await bench.plan(subject, 'update')).plan).toMatchObject({
      changes: [],
      steps: [],
    });
  });

  it('should be changed from outside, and not from inside', async () => {
    const subject = await bench.create();
    await run(subject, 'quarantine');
    await run(subject, 'update', {}, bench.changedSpec);
    expect(
      (await bench.plan(subject, 'update', {}, bench.changedSpec)).plan.changes,
    ).toEqual([]);

    const inside = await bench.plan(
      subject,
      'update',
      {},
      { ...bench.changedSpec, extensions: [] },
    );
    expect(inside.plan.findings).toContainEqual(
      expect.objectContaining({ effect: 'deny', path: 'spec.extensions' }),
    );
    expect(await bench.execute(inside)).toMatchObject({
      state: 'failed',
      error: {
        reason: 'Rejected',
        message: expect.stringContaining('not currently accepting connections'),
      },
    });
  });

  it('should give back in a restore what somebody took meanwhile', async () => {
    const grants = ['reader', 'owner'].map(role => bench.grant(role));
    const subject = await bench.create(...grants);
    const rights = () =>
      Promise.all(grants.map(grant => bench.rights(subject, grant)));
    const before = await rights();
    await run(subject, 'quarantine', { remove: grants });
    const [read, own] = grants.map(({ login }) => login);
    await server.sql(
      `SET ROLE data_resources;
       REVOKE ${subject.name}_ro FROM ${read.a};
       REVOKE ${subject.name}_owner FROM ${own.b};
       RESET ROLE`,
    );

    await run(subject, 'restore', { add: grants });
    expect(await rights()).toEqual(before);
  });

  it('should leave the provisioner without any standing membership', async () => {
    const own = bench.grant('owner');
    const subject = await bench.create(own);
    const memberships = async () =>
      (await bench.leftovers(subject)).filter(left =>
        left.startsWith('membership'),
      );
    await run(subject, 'quarantine', { remove: [own] });
    expect(await memberships()).toEqual([]);
    await run(subject, 'restore', { add: [own] });
    expect(await memberships()).toEqual([]);
  });

  it.each(['quarantine', 'restore'] as const)(
    'should not %s what somebody put in place of ours',
    async action => {
      const { administrator } = bench.fixture;
      const subject = await bench.create();
      if (action === 'restore') {
        await run(subject, 'quarantine');
      }
      const operation = await bench.plan(subject, action);
      await administrator.remove(subject.name);
      expect(await bench.execute(operation)).toMatchObject({
        state: 'failed',
        error: {
          reason: 'Conflict',
          message: expect.stringMatching(/is gone/),
        },
      });
      await administrator.createForeign(subject.name);
      const foreign = await server.fingerprint(subject.name);

      expect(
        await bench.execute(bench.operation(subject, operation.plan)),
      ).toMatchObject({ state: 'failed', error: { reason: 'Conflict' } });
      expect(await server.fingerprint(subject.name)).toBe(foreign);
    },
  );
});

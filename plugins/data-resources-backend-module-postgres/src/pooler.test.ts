import { ContractBench } from '@data-resources/plugin-data-resources-node/testUtils';
import { contextOf } from './__testUtils__/contextOf';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { Pooler } from './__testUtils__/Pooler';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(60_000);

describe.each(TESTED_SERVERS)('a pooler in front of %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  const poolers: Pooler[] = [];

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(databaseFixture(server, {}));
  });
  afterEach(async () => {
    await Promise.all(poolers.splice(0).map(pooler => pooler.close()));
    await bench.cleanUp();
  });
  afterAll(() => server.close());

  async function through(options: Parameters<typeof Pooler.create>[1]) {
    const pooler = await Pooler.create(server.server, options);
    poolers.push(pooler);
    const instance = server.openInstance({ admin: { port: pooler.port } });
    try {
      const { conditions } = await instance.probe(contextOf());
      return conditions.find(({ type }) => type === 'Pooler')!;
    } finally {
      await instance.close();
    }
  }

  it('should be told from the server itself', async () => {
    const direct = await bench.instance.probe(bench.context());
    expect(direct.conditions).toContainEqual({
      type: 'Pooler',
      status: 'ok',
      message: 'The connection leads to the server itself',
    });
    expect(await through({})).toEqual({
      type: 'Pooler',
      status: 'warn',
      message: expect.stringMatching(
        /leads through a pooler: process \d+ was announced, and \d+ answers.*client\.pooler/,
      ),
    });
  });

  it('should be an error where it drops what connections set', async () => {
    expect(await through({ dropsOptions: true })).toEqual({
      type: 'Pooler',
      status: 'error',
      message: expect.stringContaining('drops what connections set'),
    });
  });

  it('should be named where it refuses the connection', async () => {
    await expect(through({ refusesOptions: true })).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringMatching(
        /unsupported startup parameter.*what PgBouncer says: admin\.host must lead to the server itself/,
      ),
    });
  });

  it('should find owners working as the group again after what it resets', async () => {
    const own = bench.grant('owner');
    const subject = await bench.create(own);
    const { a: username } = own.login;
    const password = 'Of-a-pooled-client';
    await bench.instance.logins.enable({ username, password }, bench.context());
    const client = await server.login(username, password, subject.name);
    const who = async () =>
      (await client.query('SELECT current_user AS who')).rows[0].who;

    const seen = [await who()];
    // Between two clients of one server connection: in transaction pooling nothing, in session
    // pooling `server_reset_query`.
    for (const sql of [
      'RESET ALL',
      'RESET ROLE',
      'SET ROLE NONE',
      'DISCARD ALL',
    ]) {
      await client.query(sql);
      seen.push(await who());
    }
    await client.end();
    const group = `${subject.name}_owner`;
    expect(seen).toEqual([group, group, group, username, group]);
  });

  it('should be told to clients beside the server', () => {
    const instance = server.openInstance({
      client: { pooler: { host: 'pool.example.com', mode: 'session' } },
    });
    expect(
      instance.provider('postgres-database').connection('orders'),
    ).toMatchObject({
      host: 'db.example.com',
      port: 6432,
      pooler: 'pool.example.com:6432',
      poolMode: 'session',
    });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  exportInput,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { Client } from 'pg';
import { contextOf } from './__testUtils__/contextOf';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { describeWith } from './__testUtils__/describeWith';
import { PgBouncer } from './__testUtils__/PgBouncer';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { databaseExports } from './exports';

jest.setTimeout(30_000);

/** Applications of the portal behind the real PgBouncer, which pools by transaction. */
describeWith('pgbouncer', 'a database behind PgBouncer', program => {
  let server: PostgresBench;
  let bouncer: PgBouncer;
  let bench: ContractBench;
  let subject: Subject;
  let grant: PlannedGrant;
  const clients: Client[] = [];

  beforeAll(async () => {
    server = await PostgresBench.create();
    bouncer = await PgBouncer.start(program, server);
    const { host, port } = server.server;
    const pooler = { host: bouncer.host, port: bouncer.port };
    bench = new ContractBench({
      ...databaseFixture(server, {}),
      createInstance: () =>
        server.openInstance({
          client: { host, port, sslmode: 'disable', pooler },
        }),
    });
  });
  beforeEach(async () => {
    grant = bench.grant('owner');
    subject = await bench.create(grant);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.end()));
    await bench.cleanUp();
  });
  afterAll(async () => {
    await bouncer.close();
    await server.close();
  });

  const issue = (username: string, password: string) =>
    bench.instance.logins.enable({ username, password }, bench.context());

  /** By what the portal exports to clients of the pooler. */
  async function connect(user: string, password: string): Promise<Client> {
    const url = databaseExports
      .find(({ id }) => id === 'libpq-url-pooled')!
      .render(
        exportInput({
          instance: bench.instance,
          type: 'postgres-database',
          name: subject.name,
          spec: bench.spec,
        }) as never,
      )!.text;
    const client = new Client({
      connectionString: url.trim().replace('//', `//${user}:${password}@`),
    });
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    return client;
  }

  const held = async () =>
    (
      await server.sql<{ pid: number }>(
        'SELECT pid FROM pg_stat_activity WHERE datname = $1 AND usename = ANY ($2)',
        { values: [subject.name, [grant.login.a, grant.login.b]] },
      )
    ).map(({ pid }) => pid);

  it('should let logins of the portal in through it, as those they are', async () => {
    const { a } = grant.login;
    expect(bench.provider.connection(subject.name)).toMatchObject({
      host: server.server.host,
      port: server.server.port,
      pooler: `${bouncer.host}:${bouncer.port}`,
      poolMode: 'transaction',
    });
    await expect(connect(a, 'None-was-issued')).rejects.toThrow();
    await issue(a, 'The-first-password');
    await expect(connect(a, 'Another-password')).rejects.toThrow();
    const [one, other] = [
      await connect(a, 'The-first-password'),
      await connect(a, 'The-first-password'),
    ];
    const who = `SELECT session_user AS login, current_user AS role, current_database() AS name, pg_backend_pid() AS pid`;
    const answers = [await one.query(who), await other.query(who)].map(
      ({ rows }) => rows[0],
    );
    // Two clients, and one connection to the server.
    const [pid] = await held();
    const expected = {
      login: a,
      role: `${subject.name}_owner`,
      name: subject.name,
      pid,
    };
    expect(answers).toEqual([expected, expected]);
  });

  it('should know a new password at once, and the old one no more', async () => {
    const { a, b } = grant.login;
    await issue(a, 'The-first-password');
    const first = await connect(a, 'The-first-password');
    await first.query('SELECT 1');
    // The other slot takes over while the first goes on.
    await issue(b, 'The-second-password');
    const second = await connect(b, 'The-second-password');
    await second.query('CREATE TABLE made (i int)');
    await first.query('TABLE made');

    await bench.instance.logins.disable({ username: a }, bench.context());
    await expect(connect(a, 'The-first-password')).rejects.toThrow();
    await issue(a, 'The-third-password');
    await expect(connect(a, 'The-first-password')).rejects.toThrow();
    const third = await connect(a, 'The-third-password');
    await third.query('TABLE made');
  });

  it('should be shut and deleted, with the sessions that the pooler holds', async () => {
    const { a } = grant.login;
    await issue(a, 'The-first-password');
    const client = await connect(a, 'The-first-password');
    await client.query('SELECT 1');
    expect(await held()).toHaveLength(1);

    expect(
      await bench.execute(
        await bench.plan(subject, 'quarantine', { remove: [grant] }),
      ),
    ).toEqual({ state: 'done' });
    expect(await held()).toEqual([]);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    await expect(
      connect(a, 'The-first-password').then(again => again.query('SELECT 1')),
    ).rejects.toThrow();

    const deleting = await bench.plan(subject, 'delete', { remove: [grant] });
    let result = await bench.execute(deleting);
    while (result.state === 'failed' && result.error.reason === 'Unreachable') {
      // Before PgBouncer 1.19 a session of its own is in there, until it has been idle for a while.
      await sleep(200);
      result = await bench.execute(deleting);
    }
    expect(result).toEqual({ state: 'done' });
    expect(await bench.leftovers(subject)).toEqual([]);
  });

  it('should refuse the portal itself, which is told why', async () => {
    const instance = server.openInstance({ admin: { port: bouncer.port } });
    await expect(instance.probe(contextOf())).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringMatching(
        /unsupported startup parameter.*what PgBouncer says: admin\.host must lead to the server itself/,
      ),
    });
    await instance.close();
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { createContext, Script } from 'node:vm';
import {
  ContractBench,
  exportInput,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import {
  type PostgresDescription,
  PostgresPair,
  sqlAsAdmin,
} from '@data-resources/test-engines';
import * as pg from 'pg';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { databaseExports } from './exports';

jest.setTimeout(120_000);

/** A primary and its standby, of which an instance is told both. */
describe('several hosts', () => {
  let pair: PostgresPair;
  let primary: PostgresDescription;
  let standby: PostgresDescription;
  let server: PostgresBench;
  let bench: ContractBench;

  beforeEach(async () => {
    pair = await PostgresPair.start();
    primary = await pair.primary.describe();
    standby = await pair.standby.describe();
    server = await PostgresBench.of(primary);
    bench = new ContractBench({
      ...databaseFixture(server, { extensions: ['citext'] }),
      createInstance: () =>
        server.openInstance({
          admin: {
            host: 'localhost,127.0.0.1',
            port: [standby.port, primary.port],
          },
        }),
    });
  });
  afterEach(async () => {
    await bench?.instance.close();
    await server?.close();
    await pair?.close();
  });

  /** Tries as the product does, until it is done. */
  async function create(subject: Subject): Promise<string[]> {
    const failures: string[] = [];
    for (;;) {
      try {
        const operation = await bench.plan(subject, 'create', {
          add: [bench.grant('owner')],
        });
        const result = await bench.execute(operation);
        if (result.state === 'done') {
          return failures;
        }
        expect(result).toMatchObject({ error: { retryable: true } });
        failures.push('error' in result ? result.error.message : result.state);
      } catch (error) {
        expect(error).toMatchObject({ reason: 'Unreachable' });
        failures.push(String(error));
      }
      await sleep(50);
    }
  }

  async function databasesOf(at: PostgresDescription): Promise<string[]> {
    const rows = await sqlAsAdmin<{ name: string }>(
      at,
      `SELECT datname AS name FROM pg_database WHERE datname LIKE 't\\_%' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  const identified = async () => bench.instance.identify(bench.context());

  it('should be passed by until one takes changes', async () => {
    const subject = bench.subject();
    expect(await create(subject)).toEqual([]);
    expect(await databasesOf(primary)).toEqual([subject.name]);
    const { conditions } = await bench.instance.probe(bench.context());
    expect(conditions.filter(({ status }) => status === 'error')).toEqual([]);
  });

  it('should lead clients to the primary by what is exported', async () => {
    const own = bench.grant('owner');
    const subject = await bench.create(own);
    const login = { username: own.login.a, password: 'Of-a-client-1' };
    await bench.instance.logins.enable(login, bench.context());
    const told = server.openInstance({
      client: {
        host: ['localhost', '127.0.0.1'],
        port: [standby.port, primary.port],
        sslmode: 'disable',
      },
    });
    const input = exportInput({
      instance: told,
      type: 'postgres-database',
      name: subject.name,
      spec: bench.spec,
    });
    const format = databaseExports.find(({ id }) => id === 'node')!;
    const { text } = format.render({
      ...input,
      variables: { username: 'PGUSER', password: 'PGPASSWORD' },
    } as Parameters<typeof format.render>[0])!;
    const { primaryPool } = new Script(
      `${text}\n({ primaryPool });`,
    ).runInContext(
      createContext({
        require: (name: string) => (name === 'pg' ? pg : undefined),
        process: {
          env: { PGUSER: login.username, PGPASSWORD: login.password },
        },
      }),
    ) as { primaryPool: () => Promise<pg.Pool> };
    const pool = await primaryPool();
    await pool.query('CREATE TABLE written (i int)');
    await pool.end();
    await pair.caughtUp();
    await pair.primary.kill();
    await expect(primaryPool()).rejects.toThrow(
      /localhost takes no changes; 127\.0\.0\.1: .*ECONNREFUSED/,
    );
    await pair.primary.start();
  });

  it('should be told apart when none takes changes', async () => {
    await bench.instance.probe(bench.context());
    await pair.primary.kill();
    await expect(bench.instance.probe(bench.context())).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringMatching(
        new RegExp(
          `None of the 2 hosts takes changes.*127.0.0.1:${primary.port}.*ECONNREFUSED.*localhost:${standby.port} takes no changes: it is a standby`,
        ),
      ),
    });
    await pair.primary.start();
    expect(await create(bench.subject())).toEqual([]);
  });

  it('should be followed when the primary dies and the standby takes its place', async () => {
    const { state, ...identity } = await identified();
    expect(state).toBe('known');
    bench.instance.bind!((identity as { id: string }).id);
    const [before, after] = [bench.subject(), bench.subject()];
    await create(before);
    await pair.caughtUp();
    await pair.primary.kill();
    const going = create(after);
    await sleep(200);
    await pair.promote();

    expect((await going).length).toBeGreaterThan(0);
    expect(await databasesOf(standby)).toEqual(
      [before.name, after.name].sort(),
    );
    // It is the same cluster of databases, whichever of its copies answers.
    expect(await identified()).toEqual({ state, ...identity });
    const seen = await bench.provider.observe([before, after], bench.context());
    expect([...seen.values()].map(({ ours }) => ours)).toEqual([true, true]);
  });

  it('should be left as soon as it refuses changes, though its connections live', async () => {
    const [before, after] = [bench.subject(), bench.subject()];
    await create(before);
    await pair.caughtUp();
    await sqlAsAdmin(
      primary,
      'ALTER SYSTEM SET default_transaction_read_only = on',
    );
    await sqlAsAdmin(primary, 'SELECT pg_reload_conf()');
    await pair.promote();
    await sleep(100);

    const failures = await create(after);
    expect(failures.join()).toMatch(/ceased to take changes|read-only/);
    expect(await databasesOf(standby)).toContain(after.name);
    expect(await databasesOf(primary)).not.toContain(after.name);
  });
});

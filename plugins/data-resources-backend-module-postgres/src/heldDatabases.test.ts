import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  expectNoDeny,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import type { Client } from 'pg';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(60_000);

/** What the server refuses to drop a database for, on the real one. */
describe.each(TESTED_SERVERS)('a database of %s that is held', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  let grant: PlannedGrant;
  let subject: Subject;
  let db: string;
  const clients: Client[] = [];

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(databaseFixture(server, {}));
  });
  beforeEach(async () => {
    grant = bench.grant('owner');
    subject = await bench.create(grant);
    db = subject.name;
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.end()));
    await letGo();
    await bench.cleanUp();
  });
  afterAll(() => server.close());

  async function connect(): Promise<Client> {
    const { a: username } = grant.login;
    const password = `Of-${username}`;
    await bench.instance.logins.enable({ username, password }, bench.context());
    const client = await server.login(username, password, db);
    clients.push(client);
    return client;
  }

  /** What a test that failed has left. */
  async function letGo() {
    const left = await server.sql<{ database: string; sql: string }>(
      `SELECT 'postgres' AS database,
         format('SELECT pg_drop_replication_slot(%L)', slot_name) AS sql
       FROM pg_replication_slots WHERE database = $1
       UNION ALL SELECT database, format('ROLLBACK PREPARED %L', gid)
       FROM pg_prepared_xacts WHERE database = $1
       UNION ALL SELECT datname, format('DROP SUBSCRIPTION %I', subname)
       FROM pg_subscription JOIN pg_database d ON d.oid = subdbid WHERE datname = $1`,
      { values: [db] },
    );
    if (left.length > 0) {
      await server.sql(`ALTER DATABASE ${db} ALLOW_CONNECTIONS true`);
    }
    for (const { database, sql } of left) {
      await server.sql(sql, { database });
    }
  }

  const inside = (sql: string) => server.sql(sql, { database: db });
  const subscribe = () =>
    inside(
      `CREATE SUBSCRIPTION "of_${db}" CONNECTION 'dbname=none' PUBLICATION p
         WITH (connect = false, slot_name = NONE)`,
    );
  const prepare = () =>
    inside(
      `BEGIN; CREATE TABLE in_doubt (i int); PREPARE TRANSACTION 'it''s ${db}'`,
    );
  const deletion = () => bench.plan(subject, 'delete', { remove: [grant] });
  const told = async (action: 'delete' | 'quarantine') => {
    const { plan } = await bench.plan(subject, action, { remove: [grant] });
    return plan.findings
      .filter(({ effect }) => effect !== 'info')
      .map(({ policy, effect, retryable = false }) => [
        policy.replace('postgres/', ''),
        effect,
        retryable,
      ]);
  };
  /** Nothing was done for nothing. */
  async function expectUntouched(client: Client) {
    await client.query('SELECT 1');
    expect(
      await server.sql(
        `SELECT datallowconn AS open, (SELECT count(*)::int FROM pg_roles
             WHERE rolname LIKE $2) AS roles,
           EXISTS (SELECT FROM pg_auth_members WHERE member = 'data_resources'::regrole
             AND ${server.usableMembership} AND pg_get_userbyid(roleid) LIKE $2) AS member
         FROM pg_database WHERE datname = $1`,
        { values: [db, `${db.replaceAll('_', '\\_')}\\_%`] },
      ),
    ).toEqual([{ open: true, roles: 4, member: false }]);
  }

  it('should be told before, left as it is, and go once nothing holds it', async () => {
    const client = await connect();
    await inside(
      `SELECT pg_create_logical_replication_slot('${db}', 'pgoutput')`,
    );
    await subscribe();
    await prepare();

    expect(await told('quarantine')).toEqual([
      ['subscription', 'warn', false],
      ['prepared-transaction', 'warn', false],
      ['replication-slot', 'warn', false],
    ]);
    expect(await told('delete')).toEqual([
      ['subscription', 'deny', true],
      ['prepared-transaction', 'deny', true],
      ['replication-slot', 'warn', false],
    ]);
    const seen = await bench.provider.inspect([subject], bench.context());
    expect(seen.get(db)?.users).toEqual([
      { name: grant.login.a, kind: 'session', count: 1 },
      { name: `of_${db}`, kind: 'subscription', count: 1, detail: 'disabled' },
      {
        name: db,
        kind: 'logical replication slot',
        count: 1,
        detail: 'nobody reads it now',
      },
      { name: 'postgres', kind: 'prepared transaction', count: 1 },
    ]);

    const deleting = await deletion();
    for (const statement of [
      `DROP SUBSCRIPTION "of_${db}";`,
      `ROLLBACK PREPARED 'it''s ${db}';`,
    ]) {
      expect(await bench.execute(deleting)).toMatchObject({
        state: 'failed',
        error: {
          reason: 'Unreachable',
          message: expect.stringContaining(
            `runs in the database: ${statement}`,
          ),
        },
      });
      await expectUntouched(client);
      await inside(statement);
    }
    expect(await bench.execute(deleting)).toEqual({ state: 'done' });
    expect(await bench.leftovers(subject)).toEqual([]);
    expect(
      await server.sql(
        'SELECT FROM pg_replication_slots WHERE slot_name = $1',
        { values: [db] },
      ),
    ).toEqual([]);
  });

  it('should be let go of in a quarantine by the statements that it is told with', async () => {
    await subscribe();
    await bench.execute(
      await bench.plan(subject, 'quarantine', { remove: [grant] }),
    );
    const deleting = await deletion();
    const result = await bench.execute(deleting);
    const { message } = (result as { error: Error }).error;
    const [open, drop, close] = message.match(
      /(ALTER DATABASE|DROP SUBSCRIPTION) [^;]+;/g,
    )!;
    await server.sql(open);
    await expect(connect()).rejects.toMatchObject({ code: '53300' });
    await inside(drop);
    await server.sql(close);
    expect(
      await server.sql(
        'SELECT datallowconn AS open, datconnlimit AS most FROM pg_database WHERE datname = $1',
        { values: [db] },
      ),
    ).toEqual([{ open: false, most: 20 }]);
    expect(await bench.execute(deleting)).toEqual({ state: 'done' });
    expect(await bench.leftovers(subject)).toEqual([]);
  });

  it('should be open again where it was taken hold of at the last moment', async () => {
    const deleting = await deletion();
    expectNoDeny(deleting.plan);
    let isPrepared = false;
    const result = await bench.execute(deleting, {
      onMoment: async ({ at, keys: [key] }) => {
        if (at === 'before-act' && key.endsWith('drop-database')) {
          await prepare();
          isPrepared = true;
        }
      },
    });
    expect({ isPrepared, result }).toMatchObject({
      isPrepared: true,
      result: {
        state: 'failed',
        error: {
          reason: 'Unreachable',
          message: expect.stringContaining(
            `runs in the database: ROLLBACK PREPARED`,
          ),
        },
      },
    });
    await expectUntouched(await connect());
    await inside(`ROLLBACK PREPARED 'it''s ${db}'`);

    const end = `ALTER DATABASE "${db}" IS_TEMPLATE false;`;
    await server.sql(`ALTER DATABASE ${db} IS_TEMPLATE true`);
    expect(await bench.execute(deleting)).toMatchObject({
      state: 'failed',
      error: {
        reason: 'Unreachable',
        message: expect.stringContaining(end),
      },
    });
    expect(await told('delete')).toEqual([['delete-template', 'warn', false]]);
    await expectUntouched(await connect());
    await server.sql(end);
    expect(await bench.execute(deleting)).toEqual({ state: 'done' });
    expect(await bench.leftovers(subject)).toEqual([]);
  });

  it('should say who stays in it, and by which statement that ends', async () => {
    const { admin } = server.server;
    clients.push(await server.login(admin.user, admin.password, db));
    const ended = new Promise(resolve => clients[0].once('end', resolve));
    const deleting = await deletion();
    const [{ message }] = deleting.plan.findings.filter(
      ({ policy }) => policy === 'postgres/delete-visitors',
    );
    expect(await bench.execute(deleting)).toMatchObject({
      error: { reason: 'Unreachable' },
    });
    expect(
      (await bench.leftovers(subject)).filter(each =>
        each.startsWith('membership'),
      ),
    ).toEqual([]);
    await server.sql(/SELECT pg_terminate_backend[^;]+;/.exec(message)![0]);
    await ended;
    expect(await bench.execute(deleting)).toEqual({ state: 'done' });
  });

  it('should end also the sessions of those who come back while a role is revoked', async () => {
    const first = await connect();
    await first.query('SET ROLE NONE; CREATE TABLE own (i int)');
    const lock = await server.login(
      server.server.admin.user,
      server.server.admin.password,
      db,
    );
    clients.push(lock);
    await lock.query('BEGIN; LOCK TABLE own');
    const cameBack = new Promise<Client>((resolve, reject) => {
      first.once('end', () =>
        server
          .login(grant.login.a, `Of-${grant.login.a}`, db)
          .then(async client => {
            clients.push(client);
            const ended = new Promise(end => client.once('end', end));
            await lock.query('COMMIT');
            await ended;
            resolve(client);
          })
          .catch(reject),
      );
    });
    // The revocation is under way, and waits for the table.
    let stayed: unknown[] | undefined;
    const result = bench.execute(
      await bench.plan(subject, 'revoke', { remove: [grant] }),
      {
        onMoment: async ({ at, keys: [key] }) => {
          if (at === 'acted' && key.includes('revoke-owner')) {
            stayed = await server.sql(
              'SELECT FROM pg_stat_activity WHERE datname = $1 AND usename = $2',
              { values: [db, grant.login.a] },
            );
          }
        },
      },
    );
    const second = await cameBack;
    expect(await result).toEqual({ state: 'done' });
    expect(stayed).toEqual([]);
    await expect(second.query('CREATE TABLE more (i int)')).rejects.toThrow();
    expect(
      await server.sql(
        `SELECT tablename AS name, tableowner AS owner FROM pg_tables
         WHERE schemaname = 'public'`,
        { database: db },
      ),
    ).toEqual([{ name: 'own', owner: `${db}_owner` }]);
  });
});

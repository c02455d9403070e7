import { ContractBench } from '@data-resources/plugin-data-resources-node/testUtils';
import type { Client } from 'pg';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { Standby } from './__testUtils__/Standby';

jest.setTimeout(60_000);

/** What is told of the use of databases, and of those that are there, on the real server. */
describe.each(TESTED_SERVERS)('looking at databases of %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  const clients: Client[] = [];

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(databaseFixture(server, {}));
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.end()));
    await server.sql('REVOKE pg_read_all_stats FROM data_resources');
    await bench.cleanUp();
  });
  afterAll(() => server.close());

  async function used() {
    const grant = bench.grant('owner');
    const subject = await bench.create(grant);
    const { a: username } = grant.login;
    const password = 'Of-a-client-1';
    await bench.instance.logins.enable({ username, password }, bench.context());
    const connect = async () => {
      const client = await server.login(username, password, subject.name);
      clients.push(client);
      return client;
    };
    return { subject, username, connect };
  }

  const inspect = async (name: string) =>
    (await bench.provider.inspect([{ name }], bench.context())).get(name)!;

  it('should count sessions, and say what would let it see more of them', async () => {
    const { subject, username, connect } = await used();
    await connect();
    await connect();

    const blind = await inspect(subject.name);
    expect(blind.users).toEqual([
      { name: username, kind: 'session', count: 2 },
    ]);
    expect(blind.unseen).toEqual([
      expect.stringContaining('GRANT pg_read_all_stats TO data_resources;'),
    ]);

    await server.sql(/GRANT [^;]+;/.exec(blind.unseen[0])![0]);
    const seen = await inspect(subject.name);
    expect(seen.users).toMatchObject([
      { name: username, detail: expect.stringMatching(/from 127\.0\.0\.1$/) },
    ]);
    expect(seen.unseen).toEqual([]);
    expect(Date.now() - Date.parse(seen.lastUsedAt!)).toBeLessThan(30_000);
  });

  it('should measure size, rows and the longest transaction', async () => {
    await server.sql('GRANT pg_read_all_stats TO data_resources');
    const { subject, connect } = await used();
    const client = await connect();
    await client.query(
      `CREATE TABLE filled (i int) WITH (autovacuum_enabled = false);
       INSERT INTO filled SELECT generate_series(1, 1000)`,
    );
    await client.query('DELETE FROM filled WHERE i <= 400');
    await client.query('SELECT pg_stat_force_next_flush()');
    await client.query('BEGIN; SELECT pg_sleep(1)');

    const { users, measures, lastUsedAt } = await inspect(subject.name);
    const of = (name: string) =>
      measures.find(measure => measure.name === name)?.value;
    expect(of('size')).toBeGreaterThan(1_000_000);
    expect(of('sessions')).toBe(1);
    expect(of('live-rows')).toBe(600);
    expect(of('dead-rows')).toBe(400);
    expect(of('longest-transaction')).toBeGreaterThan(0.9);
    expect(of('cache-hit-ratio')).toBeLessThanOrEqual(1);
    expect(users[0].detail).toContain('1 idle in transaction');
    expect(Date.now() - Date.parse(lastUsedAt!)).toBeLessThan(30_000);
  });

  it('should tell how near the connection limit and wraparound are', async () => {
    const { subject, connect } = await used();
    await connect();
    await server.sql(`ALTER DATABASE ${subject.name} CONNECTION LIMIT 4`);
    const { measures } = await inspect(subject.name);
    const of = (name: string) =>
      measures.find(measure => measure.name === name)?.value;
    expect(of('connection-limit')).toBe(4);
    expect(of('connections-used')).toBe(0.25);
    expect(of('wraparound')).toBeGreaterThan(0);
    expect(of('wraparound')).toBeLessThan(0.01);
    // What the session does is hidden from the portal here.
    expect(of('idle-in-transaction')).toBeUndefined();

    await server.sql(
      `GRANT pg_read_all_stats TO data_resources;
       ALTER DATABASE ${subject.name} CONNECTION LIMIT -1`,
    );
    const seen = await inspect(subject.name);
    expect(seen.measures).toContainEqual(
      expect.objectContaining({ name: 'idle-in-transaction', value: 0 }),
    );
    expect(seen.measures.map(({ name }) => name)).not.toContain(
      'connections-used',
    );
  });

  it('should tell how far a standby is behind, to who may see it', async () => {
    const { subject } = await used();
    const standby = await Standby.follow(server.server, 'far_away');
    try {
      const blind = await inspect(subject.name);
      expect(blind.unseen.join()).toMatch(
        /how far the standbys are behind.*GRANT pg_read_all_stats/,
      );
      await server.sql('GRANT pg_read_all_stats TO data_resources');
      await server.sql('CREATE TABLE wal (t text); DROP TABLE wal');

      const { measures, unseen } = await inspect(subject.name);
      const behind = measures.find(({ name }) => name === 'replication-behind');
      expect(behind?.labels).toEqual({ standby: 'far_away' });
      expect(behind?.value).toBeGreaterThan(1_000);
      expect(
        measures.find(({ name }) => name === 'replication-lag')?.value,
      ).toBeGreaterThanOrEqual(0);
      expect(unseen).toEqual([]);
    } finally {
      await standby.end();
    }
  });

  it('should tell when a table was last read, also when nobody is there', async () => {
    const { subject, connect } = await used();
    expect((await inspect(subject.name)).lastUsedAt).toBeUndefined();
    const client = await connect();
    await client.query('CREATE TABLE read (i int); TABLE read');
    await client.query('SELECT pg_stat_force_next_flush()');
    await client.end();
    clients.length = 0;

    const { users, lastUsedAt } = await inspect(subject.name);
    expect(users).toEqual([]);
    // Servers until 15 do not remember it.
    expect(server.isOld ? Date.now() : Date.parse(lastUsedAt!)).toBeGreaterThan(
      Date.now() - 30_000,
    );
    expect(lastUsedAt === undefined).toBe(server.isOld);
  });

  it('should say what it cannot look into, and tell the rest', async () => {
    const { subject } = await used();
    await server.sql(`ALTER DATABASE ${subject.name} ALLOW_CONNECTIONS false`);
    const closed = await inspect(subject.name);
    expect(closed.unseen).toEqual([
      expect.stringContaining('refuses connections'),
    ]);
    expect(closed.measures.map(({ name }) => name)).toContain('size');

    const foreign = bench.subject();
    await server.createForeign(foreign.name);
    await server.sql(`REVOKE CONNECT ON DATABASE ${foreign.name} FROM PUBLIC`);
    const { unseen, measures } = await inspect(foreign.name);
    expect(measures.map(({ name }) => name)).not.toContain('size');
    expect(unseen.join('\n')).toMatch(/GRANT pg_read_all_stats TO/);
    expect(unseen.join('\n')).toMatch(/GRANT CONNECT ON DATABASE/);
    for (const statement of unseen) {
      await server.sql(/GRANT [^;]+;/.exec(statement)![0]);
    }
    expect((await inspect(foreign.name)).unseen).toEqual([]);
  });

  it('should find databases with what points to their owners', async () => {
    const subject = await bench.leftByOthers();
    const owner = `legacy_${subject.name}`;
    await server.sql(
      `COMMENT ON DATABASE ${subject.name} IS 'ask the billing team';
       GRANT ${owner} TO guest_${subject.name}`,
    );
    const { items } = await bench.provider.discover(
      { limit: 1_000 },
      bench.context(),
    );
    const named = (name: string) => items.find(item => item.name === name);

    expect(named(subject.name)?.hints).toEqual([
      { value: owner, source: 'owner of the database' },
      {
        value: `guest_${subject.name}`,
        source: `member of ${owner}, the owner of the database`,
      },
      { value: 'ask the billing team', source: 'comment on the database' },
      {
        value: `guest_${subject.name}`,
        source: 'has privileges on the database',
      },
      { value: 't', source: 'what the name begins with' },
    ]);
    expect(named('postgres')?.internal).toMatch(/PostgreSQL/);
    expect(named('template1')).toBeUndefined();
  });

  it('should tell of access without entering what it may not enter', async () => {
    const subject = await bench.leftByOthers();
    await server.sql(`REVOKE CONNECT ON DATABASE ${subject.name} FROM PUBLIC`);

    expect(await bench.access(subject)).toContainEqual({
      login: `legacy_${subject.name}`,
      rights: ['OWNER'],
      via: `owner of database ${subject.name}`,
    });
  });
});

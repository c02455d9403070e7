import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import type { Client } from 'pg';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(60_000);

/** Applications, logged in with what the portal issued, on the real server. */
describe.each(TESTED_SERVERS)('a database of %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;
  const clients: Client[] = [];

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(
      databaseFixture(server, {
        connectionLimit: 9,
        extensions: ['pgcrypto'],
        parameters: { work_mem: '8MB', jit: false },
      }),
    );
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.end()));
    await bench.cleanUp();
  });
  afterAll(() => server.close());

  async function connect(
    subject: Subject,
    { login }: PlannedGrant,
    slot: 'a' | 'b' = 'a',
  ): Promise<Client> {
    const password = `Of-${login[slot]}`;
    await bench.instance.logins.enable(
      { username: login[slot], password },
      bench.context(),
    );
    const client = await server.login(login[slot], password, subject.name);
    clients.push(client);
    return client;
  }

  const grant = (role: string) => bench.grant(role);

  it('should let owners create, writers write, readers read, also what is made later', async () => {
    const [own, write, read] = ['owner', 'writer', 'reader'].map(grant);
    const subject = await bench.create(own, write, read);
    const owner = await connect(subject, own);
    const writer = await connect(subject, write);
    const reader = await connect(subject, read);

    await owner.query(
      `CREATE TABLE orders (id serial PRIMARY KEY, what text);
       CREATE SCHEMA archive; CREATE TABLE archive.old (id int)`,
    );
    await writer.query(`INSERT INTO orders (what) VALUES ('tea')`);
    await writer.query(`INSERT INTO archive.old VALUES (1)`);

    expect((await reader.query('SELECT what FROM orders')).rows).toEqual([
      { what: 'tea' },
    ]);
    expect((await reader.query('SELECT id FROM archive.old')).rows).toEqual([
      { id: 1 },
    ]);
    for (const sql of [
      `INSERT INTO orders (what) VALUES ('no')`,
      'CREATE TABLE mine (i int)',
      'CREATE TEMPORARY TABLE mine (i int)',
      'CREATE SCHEMA mine',
      'DROP TABLE orders',
    ]) {
      await expect(reader.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
    for (const sql of [
      'CREATE TABLE mine (i int)',
      'DROP TABLE orders',
      'TRUNCATE orders',
    ]) {
      await expect(writer.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('should make what owners create the group’s, and readable even past RESET ROLE', async () => {
    const [own, read] = ['owner', 'reader'].map(grant);
    const subject = await bench.create(own, read);
    const owner = await connect(subject, own, 'a');
    await owner.query('CREATE TABLE as_group (i int)');
    await owner.query(
      'RESET ROLE; SET ROLE NONE; CREATE TABLE as_self (i int)',
    );

    const owners = await server.sql<{ relname: string; owner: string }>(
      `SELECT relname, relowner::regrole::text AS owner FROM pg_class
       WHERE relname IN ('as_group', 'as_self') ORDER BY 1`,
      { database: subject.name },
    );
    expect(owners).toEqual([
      { relname: 'as_group', owner: `${subject.name}_owner` },
      { relname: 'as_self', owner: own.login.a },
    ]);
    const reader = await connect(subject, read);
    expect((await reader.query('TABLE as_self')).rows).toEqual([]);
    const other = await connect(subject, own, 'b');
    await other.query('INSERT INTO as_self VALUES (1); DROP TABLE as_group');
  });

  it('should not let an owner drop, rename, open, hand over or re-limit the database', async () => {
    const own = grant('owner');
    const subject = await bench.create(own);
    const owner = await connect(subject, own);
    const { name } = subject;
    const before = await server.fingerprint(name);
    for (const sql of [
      `ALTER DATABASE ${name} RENAME TO stolen`,
      `ALTER DATABASE ${name} CONNECTION LIMIT 1000`,
      `ALTER DATABASE ${name} SET search_path = evil`,
      `ALTER DATABASE ${name} OWNER TO ${own.login.a}`,
      `COMMENT ON DATABASE ${name} IS 'mine'`,
      `SET ROLE ${name}_dba`,
      `GRANT ${name}_owner TO ${own.login.b}`,
      `CREATE ROLE friend`,
      `CREATE EXTENSION dblink`,
    ]) {
      await expect(owner.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
    // A GRANT without the right to it only warns.
    await owner.query(`GRANT CONNECT ON DATABASE ${name} TO PUBLIC`);
    expect(await server.fingerprint(name)).toBe(before);
  });

  it('should refuse everybody else', async () => {
    const [mine, other] = [grant('owner'), grant('owner')];
    const subject = await bench.create(mine);
    const neighbour = await bench.create(other);
    await connect(neighbour, other);

    await expect(
      server.login(other.login.a, `Of-${other.login.a}`, subject.name),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      server.login(other.login.a, `Of-${other.login.a}`, 'postgres'),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('should enforce the connection limit and set the parameters', async () => {
    const read = grant('reader');
    const subject = await bench.create(read);
    const first = await connect(subject, read);
    const settings = await first.query(
      `SELECT current_setting('work_mem') AS work_mem, current_setting('jit') AS jit`,
    );
    expect(settings.rows).toEqual([{ work_mem: '8MB', jit: 'off' }]);

    // The provisioner's own connection, which it keeps for a moment, counts as well.
    await new Promise(resolve => setTimeout(resolve, 500));
    const more = () =>
      server.login(read.login.a, `Of-${read.login.a}`, subject.name);
    for (let open = 1; open < 9; open++) {
      clients.push(await more());
    }
    await expect(more()).rejects.toMatchObject({ code: '53300' });

    const seen = await bench.provider.observe([subject], bench.context());
    expect(seen.get(subject.name)).toMatchObject({ exists: true, ours: true });
  });

  it('should leave the provisioner without any standing membership', async () => {
    const own = grant('owner');
    const subject = await bench.create(own);
    const memberships = await server.sql(
      `SELECT roleid::regrole::text FROM pg_auth_members
       WHERE member = 'data_resources'::regrole AND ${server.usableMembership}
         AND (roleid::regrole::text LIKE $1 OR roleid::regrole::text LIKE $2)`,
      { values: [`${subject.name}\\_%`, `${own.login.base}\\_%`] },
    );
    expect(memberships).toEqual([]);

    const owner = await connect(subject, own);
    await owner.query('CREATE TABLE secrets (i int)');
    const { provisioner } = server.server;
    const client = await server.login(
      provisioner.user,
      provisioner.password,
      subject.name,
    );
    clients.push(client);
    await expect(client.query('TABLE public.secrets')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('should end the sessions of a revoked owner and keep what it made', async () => {
    const [own, read] = ['owner', 'reader'].map(grant);
    const subject = await bench.create(own, read);
    const owner = await connect(subject, own);
    await owner.query(
      'CREATE TABLE kept (i int); SET ROLE NONE; CREATE TABLE also_kept (i int)',
    );
    const ended = new Promise(resolve => owner.once('end', resolve));
    const operation = await bench.plan(subject, 'revoke', {
      remove: [own],
      keep: [read],
    });
    operation.journal.loginsInUse.add(own.login.base);

    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    await ended;
    await expect(
      server.login(own.login.a, `Of-${own.login.a}`, subject.name),
    ).rejects.toMatchObject({ code: '42501' });
    const reader = await connect(subject, read);
    await reader.query('TABLE kept');
    await reader.query('TABLE also_kept');
    const owners = await server.sql(
      `SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class
       WHERE relname IN ('kept', 'also_kept')`,
      { database: subject.name },
    );
    expect(owners).toEqual([{ owner: `${subject.name}_owner` }]);
  });

  it('should drop a login that owns things in several databases, and is connected', async () => {
    const own = grant('owner');
    const subjects = [await bench.create(own), await bench.create(own)];
    for (const subject of subjects) {
      const owner = await connect(subject, own);
      await owner.query('SET ROLE NONE; CREATE TABLE mine (i int)');
    }
    const first = await bench.plan(subjects[0], 'revoke', { remove: [own] });
    first.journal.loginsInUse.add(own.login.base);
    expect(await bench.execute(first)).toEqual({ state: 'done' });
    // The ledger says that nobody needs the logins, though this membership is still there.
    const release = await bench.plan(subjects[0], 'revoke', { remove: [own] });

    expect(await bench.execute(release)).toEqual({ state: 'done' });
    expect(
      await server.sql(
        'SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)',
        {
          values: [[own.login.a, own.login.b]],
        },
      ),
    ).toEqual([]);
    expect(
      await server.sql(
        `SELECT relowner::regrole::text AS owner FROM pg_class WHERE relname = 'mine'`,
        { database: subjects[1].name },
      ),
    ).toEqual([{ owner: `${subjects[1].name}_owner` }]);
  });

  it('should drop a database with sessions of its logins in it', async () => {
    const own = grant('owner');
    const subject = await bench.create(own);
    const owner = await connect(subject, own);
    await owner.query('CREATE TABLE busy (i int); BEGIN; LOCK TABLE busy');
    const operation = await bench.plan(subject, 'delete', { remove: [own] });

    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    expect(await server.fingerprint(subject.name)).toBeUndefined();
    expect(await bench.leftovers(subject)).toEqual([]);
  });

  it('should wait while an administrator is connected to what is to be dropped', async () => {
    const subject = await bench.create();
    const { admin } = server.server;
    const visitor = await server.login(
      admin.user,
      admin.password,
      subject.name,
    );
    const operation = await bench.plan(subject, 'delete');

    const result = await bench.execute(operation);
    expect(result).toMatchObject({
      state: 'failed',
      error: {
        retryable: true,
        message: expect.stringContaining('postgres is connected'),
      },
    });
    await visitor.end();
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
  });

  it('should read back who has access, also past the portal', async () => {
    const [own, read] = ['owner', 'reader'].map(grant);
    const subject = await bench.create(own, read);
    const owner = await connect(subject, own);
    await owner.query(
      'CREATE TABLE shared (i int); GRANT SELECT ON shared TO PUBLIC',
    );
    await server.sql(`GRANT CONNECT ON DATABASE ${subject.name} TO PUBLIC`);
    await server.sql(`GRANT ${subject.name}_ro TO ${own.login.b}`);

    const access = await bench.access(subject);

    expect(access).toContainEqual({
      login: read.login.a,
      rights: ['CONNECT', 'SELECT', 'USAGE'],
      via: `member of ${subject.name}_ro`,
      givenBy: ['reader'],
    });
    expect(access).toContainEqual({
      login: own.login.b,
      rights: ['CONNECT', 'SELECT', 'USAGE'],
      via: `member of ${subject.name}_ro`,
      givenBy: ['reader'],
    });
    expect(access).toContainEqual({
      login: 'PUBLIC',
      rights: ['CONNECT'],
      via: `privilege on database ${subject.name}`,
    });
    expect(access).toContainEqual({
      login: 'PUBLIC',
      rights: ['SELECT'],
      via: 'privilege on tables of schema public',
    });
    expect(access).toContainEqual({
      login: 'postgres',
      rights: ['ALL'],
      via: 'superuser',
      internal: true,
    });
    const owners = access.find(
      ({ login, via }) =>
        login === own.login.a && via === `member of ${subject.name}_owner`,
    );
    expect(owners?.rights).toEqual(
      expect.arrayContaining(['CONNECT', 'CREATE', 'OWNER']),
    );
  });
});

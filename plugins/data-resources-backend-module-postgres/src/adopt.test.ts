import {
  ContractBench,
  expectNoDeny,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { specSchema } from './type/specSchema';

jest.setTimeout(60_000);

/** Databases that people made before there was a portal, on the real server. */
describe.each(TESTED_SERVERS)('adopting a database of %s', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(databaseFixture(server, {}));
  });
  afterEach(() => bench.cleanUp());
  afterAll(() => server.close());

  async function findingsOf(subject: Subject) {
    return (await bench.plan(subject, 'adopt')).plan.findings;
  }

  /** Runs what the only denial tells an administrator to run. */
  async function followAdvice(subject: Subject, policy: string) {
    const denials = (await findingsOf(subject)).filter(
      ({ effect }) => effect === 'deny',
    );
    expect(denials).toMatchObject([{ policy }]);
    // What was approved before a right was lost waits for it.
    expect(Boolean(denials[0].retryable)).toBe(
      ['postgres/owner-not-administered', 'postgres/may-not-connect'].includes(
        policy,
      ),
    );
    const [statement] = /(GRANT|ALTER) [^;]+;/.exec(denials[0].message) ?? [''];
    await server.sql(statement);
    expectNoDeny((await bench.plan(subject, 'adopt')).plan);
    return denials[0].message;
  }

  async function adopt(subject: Subject) {
    const operation = await bench.planAdoption(subject);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
  }

  /** A client with a new grant. */
  async function client(subject: Subject, role: string) {
    const grant = bench.grant(role);
    const operation = await bench.plan(subject, 'grant', { add: [grant] });
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    const credential = { username: grant.login.a, password: 'Of-a-client-1' };
    await bench.instance.logins.enable(credential, bench.context());
    return server.login(credential.username, credential.password, subject.name);
  }

  // Until 15 CREATEROLE reaches every role that is no superuser, with nothing to ask for.
  if (serverName !== 'postgres-15') {
    it('should ask for ADMIN on the owner, and no more of its rights', async () => {
      const subject = await bench.leftByOthers();
      const owner = `legacy_${subject.name}`;
      await server.sql(`REVOKE ${owner} FROM data_resources`);

      const advice = await followAdvice(
        subject,
        'postgres/owner-not-administered',
      );
      expect(advice).toContain(owner);
      await adopt(subject);
      const held = await server.sql<{ inherit: boolean; set: boolean }>(
        `SELECT bool_or(inherit_option) AS inherit, bool_or(set_option) AS set
       FROM pg_auth_members WHERE member = 'data_resources'::regrole
         AND roleid IN ($1::regrole, $2::regrole, $3::regrole)`,
        { values: [owner, `${subject.name}_dba`, `${subject.name}_owner`] },
      );
      expect(held).toEqual([{ inherit: false, set: false }]);
    });
  }
  it('should never act as a superuser, and take over what one hands over', async () => {
    const subject = bench.subject();
    await server.createForeign(subject.name);
    await server.sql(
      'CREATE TABLE public.kept (i int); INSERT INTO public.kept VALUES (1)',
      { database: subject.name },
    );
    await followAdvice(subject, 'postgres/owner-is-superuser');
    expect(await findingsOf(subject)).toContainEqual(
      expect.objectContaining({
        policy: 'postgres/adopt-others-objects',
        effect: 'warn',
        message: expect.stringContaining('postgres owns objects in public'),
      }),
    );
    await adopt(subject);

    const [{ owner }] = await server.sql(
      'SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = $1',
      { values: [subject.name] },
    );
    expect(owner).toBe(`${subject.name}_dba`);
    const reader = await client(subject, 'reader');
    // As was announced: a superuser's table is not ours to give.
    await expect(reader.query('TABLE public.kept')).rejects.toThrow(
      /permission denied/,
    );
    await reader.end();
    const remove = await bench.plan(subject, 'delete');
    expect(await bench.execute(remove)).toEqual({ state: 'done' });
    expect(await server.fingerprint(subject.name)).toBeUndefined();
  });

  it('should say what lets it into a database that is closed to it, or to all', async () => {
    const subject = await bench.leftByOthers();
    await server.sql(`REVOKE CONNECT ON DATABASE ${subject.name} FROM PUBLIC`);
    expect(await followAdvice(subject, 'postgres/may-not-connect')).toContain(
      'cannot connect',
    );

    await server.sql(`ALTER DATABASE ${subject.name} ALLOW_CONNECTIONS false`);
    expect(await followAdvice(subject, 'postgres/closed')).toContain(
      'refuses all connections',
    );
  });

  it('should open what is there and what is made later, and leave whose it is', async () => {
    const subject = await bench.leftByOthers();
    await adopt(subject);
    await server.sql(
      `SET ROLE legacy_${subject.name}; CREATE TABLE app.later (i int)`,
      { database: subject.name },
    );
    const reader = await client(subject, 'reader');
    const writer = await client(subject, 'writer');
    const owner = await client(subject, 'owner');

    await writer.query(
      `INSERT INTO public.legacy (what) VALUES ('new'); INSERT INTO app.later VALUES (1)`,
    );
    expect((await reader.query('TABLE app.view')).rowCount).toBe(3);
    expect((await reader.query('TABLE app.later')).rowCount).toBe(1);
    await owner.query('CREATE TABLE app.mine (i int)');
    expect((await reader.query('TABLE app.mine')).rowCount).toBe(0);
    await expect(owner.query('DROP TABLE app.later')).rejects.toThrow(
      /must be owner/,
    );
    await Promise.all([reader, writer, owner].map(each => each.end()));
  });

  if (serverName !== 'postgres-15') {
    it('should tell whose objects it cannot open, and open them once it may', async () => {
      const subject = await bench.leftByOthers();
      const guest = `guest_${subject.name}`;
      await server.sql(
        `CREATE TABLE app.guests (i int); ALTER TABLE app.guests OWNER TO ${guest}`,
        { database: subject.name },
      );
      const warning = (await findingsOf(subject)).find(
        ({ policy }) => policy === 'postgres/adopt-others-objects',
      );
      expect(warning?.message).toContain(`${guest} owns objects in app`);
      await server.sql(/GRANT [^;]+;/.exec(warning!.message)![0]);
      await adopt(subject);

      const reader = await client(subject, 'reader');
      expect((await reader.query('TABLE app.guests')).rowCount).toBe(0);
      await reader.end();
    });
  }
  it('should agree on what a spec can say, and leave the rest on the database', async () => {
    const subject = await bench.leftByOthers();
    await adopt(subject);

    expect(subject.spec).toMatchObject({
      connectionLimit: 17,
      extensions: ['citext', 'pg_stat_statements'],
      parameters: { work_mem: '16MB' },
    });
    expect(specSchema.parse(subject.spec)).toEqual(subject.spec);
    const [{ set }] = await server.sql(
      `SELECT array_to_string(setconfig, ' ') AS set FROM pg_db_role_setting
       JOIN pg_database d ON d.oid = setdatabase WHERE datname = $1 AND setrole = 0`,
      { values: [subject.name] },
    );
    expect(set).toContain('search_path=app, public');
  });

  it('should plan again, or leave, a database whose adoption was given up half-way', async () => {
    const subject = await bench.leftByOthers();
    const operation = await bench.planAdoption(subject);
    const before = await server.asLeft(subject.name);
    await expect(
      bench.execute(operation, {
        onMoment: ({ at, keys }) => {
          if (at === 'before-act' && keys[0].endsWith('adopt-database')) {
            throw new Error('given up');
          }
        },
      }),
    ).rejects.toThrow('given up');

    const again = await bench.planAdoption(subject);
    expect(again.plan).toEqual(operation.plan);
    const remove = await bench.plan(subject, 'delete');
    expect(await bench.execute(remove)).toEqual({ state: 'done' });
    expect(await server.asLeft(subject.name)).toBe(before);
    expect(await bench.leftovers(subject)).toEqual([]);
  });

  it.each([
    ['postgres', 'postgres/reserved-name'],
    ['template1', 'postgres/reserved-name'],
  ])('should refuse %s', async (name, policy) => {
    const findings = await findingsOf({ name, logins: new Set() });

    expect(findings).toContainEqual(
      expect.objectContaining({ effect: 'deny', policy }),
    );
  });

  it('should refuse what another portal manages', async () => {
    const { name } = await bench.create();

    expect(await findingsOf({ name, logins: new Set() })).toContainEqual(
      expect.objectContaining({
        effect: 'deny',
        policy: 'postgres/role-exists',
      }),
    );
  });

  it('should be told what is gone of it, and what others make since, and mend it', async () => {
    const subject = await bench.leftByOthers();
    await adopt(subject);
    const { name } = subject;
    const [legacy, maker] = [`legacy_${name}`, `guest_${name}`];
    const paths = async () =>
      (await bench.plan(subject, 'update')).plan.changes.map(
        ({ path }) => path,
      );
    expect(await paths()).toEqual([]);

    await server.sql(
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${legacy} REVOKE SELECT ON TABLES FROM ${name}_ro;
       CREATE SCHEMA later AUTHORIZATION ${maker};
       CREATE TABLE later.first (i int); ALTER TABLE later.first OWNER TO ${maker}`,
      { database: name },
    );
    // Until 15 CREATEROLE reaches everybody; since then nothing can be done for who is not ours.
    const lost = `access.${name}_ro.SELECT on TABLES of ${legacy}`;
    const reached = (path: string) => server.isOld && path.endsWith(maker);
    expect((await paths()).filter(path => !reached(path))).toEqual([lost]);
    if (!server.isOld) {
      await server.sql(
        `GRANT ${maker} TO data_resources WITH ADMIN true, INHERIT false, SET false`,
      );
    }
    expect(await paths()).toContain(
      `access.${name}_rw.INSERT on TABLES of ${maker}`,
    );
    const mending = await bench.plan(subject, 'update');
    expectNoDeny(mending.plan);
    expect(await bench.execute(mending)).toEqual({ state: 'done' });
    expect(await paths()).toEqual([]);

    await server.sql(
      `SET ROLE ${legacy}; CREATE TABLE app.new (i int); RESET ROLE;
       SET ROLE ${maker}; CREATE TABLE later.second (i int)`,
      { database: name },
    );
    const may = await server.sql(
      `SELECT has_table_privilege('${name}_ro', 'app.new', 'SELECT') AS read,
         has_table_privilege('${name}_rw', 'later.second', 'INSERT') AS write`,
      { database: name },
    );
    expect(may).toEqual([{ read: true, write: true }]);
    expect(
      (await bench.leftovers(subject)).filter(each =>
        each.startsWith('membership'),
      ),
    ).toEqual([]);
  });
});

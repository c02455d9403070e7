import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@backstage/types';
import {
  ContractBench,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';

jest.setTimeout(120_000);

/** Databases that are changed and looked at, on the real server. */
describe.each(TESTED_SERVERS)('a database of %s that is there', serverName => {
  let server: PostgresBench;
  let bench: ContractBench;

  beforeAll(async () => {
    server = await PostgresBench.create(serverName);
    bench = new ContractBench(
      databaseFixture(server, {
        extensions: ['citext', 'cube'],
        connectionLimit: 5,
      }),
    );
  });
  afterEach(() => bench.cleanUp());
  afterAll(() => server.close());

  const update = (subject: Subject, fields: JsonObject) =>
    bench.plan(subject, 'update', {}, { ...bench.spec, ...fields });

  async function observe(subject: Subject, declared?: JsonObject) {
    const seen = await bench.provider.observe(
      [{ ...subject, declared }],
      bench.context(),
    );
    return seen.get(subject.name)!;
  }

  async function extensions({ name }: Subject): Promise<string[]> {
    const rows = await server.sql<{ extname: string }>(
      `SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1`,
      { database: name },
    );
    return rows.map(({ extname }) => extname);
  }

  it('should change nothing when something depends on an extension, and say what', async () => {
    const subject = await bench.create();
    const { name } = subject;
    await server.sql(
      `SET ROLE ${name}_owner; CREATE TABLE public.people (mail public.citext)`,
      { database: name },
    );
    const before = await server.fingerprint(name);
    const operation = await update(subject, {
      extensions: ['pgcrypto'],
      connectionLimit: 7,
    });

    expect(await bench.execute(operation)).toMatchObject({
      state: 'failed',
      error: {
        reason: 'Rejected',
        message: expect.stringMatching(
          /2BP01, cannot drop .* table public\.people depends on type public\.citext/,
        ),
      },
    });
    expect(await extensions(subject)).toEqual(['citext', 'cube']);
    expect(await server.fingerprint(name)).toBe(before);

    await server.sql('DROP TABLE public.people', { database: name });
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    expect(await extensions(subject)).toEqual(['pgcrypto']);
  });

  it('should drop an extension that an owner made, and not one that a superuser made', async () => {
    const subject = await bench.create();
    const { name } = subject;
    await server.sql(
      `DROP EXTENSION citext; DROP EXTENSION cube; CREATE EXTENSION cube;
       SET ROLE ${name}_owner; CREATE EXTENSION citext SCHEMA public`,
      { database: name },
    );
    expect((await bench.plan(subject, 'update')).plan.changes).toEqual([]);
    const owners = await update(subject, { extensions: ['cube'] });
    expect(await bench.execute(owners)).toEqual({ state: 'done' });
    const superusers = await update(subject, { extensions: ['citext'] });

    expect(await bench.execute(superusers)).toMatchObject({
      state: 'failed',
      error: {
        reason: 'Unauthorized',
        message: expect.stringContaining('must be owner of extension cube'),
      },
    });
    expect(await extensions(subject)).toEqual(['cube']);
  });

  it('should leave a database alone that takes the place of ours before the act', async () => {
    const { administrator } = bench.fixture;
    const subject = await bench.create();
    const { name } = subject;
    const operation = await update(subject, { extensions: ['cube'] });
    const result = await bench.execute(operation, {
      onMoment: async ({ at }) => {
        if (at === 'before-act') {
          await administrator.remove(name);
          await administrator.createForeign(name);
          await server.sql('CREATE EXTENSION citext', { database: name });
          await server.sql(`GRANT CONNECT ON DATABASE ${name} TO PUBLIC`);
        }
      },
    });

    expect(result).toMatchObject({
      state: 'failed',
      error: { reason: 'Conflict' },
    });
    expect(await extensions(subject)).toEqual(['citext']);
  });

  it('should leave what it cannot read out, without calling it drift', async () => {
    const grant = bench.grant('reader');
    const subject = await bench.create(grant);
    const { a } = grant.login;
    await bench.instance.logins.enable(
      { username: a, password: 'full' },
      bench.context(),
    );
    // What the provisioner keeps for a moment counts as well.
    await sleep(500);
    const clients = [];
    for (let open = 0; open < 5; open++) {
      clients.push(await server.login(a, 'full', subject.name));
    }
    try {
      const { spec, facts } = await observe(subject);
      expect(spec).not.toHaveProperty('extensions');
      expect(facts).toMatchObject({ closed: false, sessions: 5, visitors: [] });
      expect((await bench.plan(subject, 'update')).plan).toMatchObject({
        changes: [],
        findings: [],
      });
      const { plan } = await update(subject, { connectionLimit: 4 });
      expect(plan.findings).toEqual([
        expect.objectContaining({
          effect: 'warn',
          message: expect.stringMatching(/^5 sessions .* new limit of 4/),
        }),
      ]);
    } finally {
      await Promise.all(clients.map(client => client.end()));
    }
  });

  it('should not enter a database that has, and is to have, no extension', async () => {
    const subject = bench.subject();
    const none = bench.type.specSchema.parse({}) as JsonObject;
    const operation = await bench.plan(subject, 'create', {}, none);
    expect(await bench.execute(operation)).toEqual({ state: 'done' });
    const entered = async (declared?: JsonObject) => {
      // Past what is kept idle, which would be used again.
      await sleep(500);
      const count = async () => {
        const [row] = await server.sql<{ sessions: string }>(
          'SELECT sessions FROM pg_stat_database WHERE datname = $1',
          { values: [subject.name] },
        );
        return Number(row.sessions);
      };
      const before = await count();
      const { spec } = await observe(subject, declared);
      await sleep(500);
      return {
        extensions: spec?.extensions,
        entered: (await count()) > before,
      };
    };

    expect(await entered(none)).toEqual({ extensions: [], entered: false });
    expect(await entered({ ...none, extensions: ['citext'] })).toEqual({
      extensions: [],
      entered: true,
    });
    expect(await entered()).toEqual({ extensions: [], entered: true });
    // An extension that nobody asked for shows all the same.
    await server.sql(
      `SET ROLE ${subject.name}_owner; CREATE EXTENSION citext`,
      { database: subject.name },
    );
    expect(await entered(none)).toEqual({
      extensions: ['citext'],
      entered: true,
    });
  });

  it('should go on in a database whose sessions are read-only, for that is meant for its own', async () => {
    const none = bench.type.specSchema.parse({
      parameters: { default_transaction_read_only: true },
    }) as JsonObject;
    const subject = bench.subject();
    const create = await bench.plan(subject, 'create', {}, none);
    expect(await bench.execute(create)).toEqual({ state: 'done' });
    const own = bench.grant('owner');
    const grant = await bench.plan(subject, 'grant', { add: [own] });
    const instance = bench.freshInstance();
    await instance.probe(bench.context());

    expect(await bench.execute(grant, { instance })).toEqual({ state: 'done' });
    await bench.instance.logins.enable(
      { username: own.login.a, password: 'Of-an-owner' },
      bench.context(),
    );
    const client = await server.login(own.login.a, 'Of-an-owner', subject.name);
    await expect(client.query('CREATE TABLE t (i int)')).rejects.toMatchObject({
      code: '25006',
    });
    await client.end();
  });

  it('should look into many databases with few connections', async () => {
    const subjects = Array.from({ length: 24 }, () => bench.subject());
    const operations = [];
    for (const subject of subjects) {
      operations.push(await bench.plan(subject, 'create'));
    }
    const results = await bench.executeAll(operations);
    expect(new Set(results.map(({ state }) => state))).toEqual(
      new Set(['done']),
    );
    await sleep(500);

    let looking = true;
    const most = async () => {
      let found = 0;
      while (looking) {
        const [{ kept }] = await server.sql<{ kept: string }>(
          `SELECT count(*) AS kept FROM pg_stat_activity
           WHERE usename = 'data_resources' AND datname = ANY ($1)`,
          { values: [subjects.map(({ name }) => name)] },
        );
        found = Math.max(found, Number(kept));
      }
      return found;
    };
    const [seen, kept] = await Promise.all([
      bench.provider
        .observe(subjects, bench.context())
        .finally(() => (looking = false)),
      most(),
    ]);
    expect([...seen.values()].map(({ spec }) => spec?.extensions)).toEqual(
      subjects.map(() => bench.spec.extensions),
    );
    // As many as are worked on at once, and as many that are kept or are being closed.
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(16);
  });
});

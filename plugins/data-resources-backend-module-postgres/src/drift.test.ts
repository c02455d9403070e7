import {
  type PlannedGrant,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench, TESTED_SERVERS } from './__testUtils__/PostgresBench';
import { SuperuserLock } from './__testUtils__/SuperuserLock';

jest.setTimeout(60_000);

/** With `concurrency: 1` two databases have their turn in each pass. */
const TURNS = 2;

/** What passes over all databases see, and what they cost, on the real server. */
describe.each(TESTED_SERVERS)('drift of databases of %s', name => {
  let server: PostgresBench;
  let bench: ContractBench;
  let grant: PlannedGrant;
  let subjects: Subject[];
  let lock: SuperuserLock | undefined;

  beforeAll(async () => {
    server = await PostgresBench.create(name);
  });
  beforeEach(async () => {
    bench = new ContractBench({
      ...databaseFixture(server, { extensions: ['citext'] }),
      createInstance: () => server.openInstance({ admin: { concurrency: 1 } }),
    });
    grant = bench.grant('owner');
    subjects = [];
    for (let n = 0; n < 5; n += 1) {
      subjects.push(await bench.create(grant));
    }
  });
  afterEach(async () => {
    await lock?.release();
    lock = undefined;
    await bench.cleanUp();
  });
  afterAll(() => server.close());

  const objects = () =>
    subjects.map(each => ({ name: each.name, identity: each.identity }));

  /** As a drift pass of the core looks at them. */
  async function pass() {
    const context = { ...bench.context(), reads: new SharedReads() };
    const observed = await bench.provider.observe(objects(), context);
    const access = await bench.provider.access(objects(), context);
    const { steps } = await bench.plan(subjects[0], 'grant', { add: [grant] });
    const [{ step }] = steps.filter(each => each.step.kind === 'grant-role');
    const checks = await bench.provider.check(
      [{ ...step, key: 'grant', object: objects()[0] }],
      context,
    );
    return { observed, access, check: checks.get('grant') };
  }

  /** How many sessions there were in the databases until now. */
  async function sessions(): Promise<number> {
    const [{ sum }] = await server.sql<{ sum: number }>(
      'SELECT sum(sessions)::int FROM pg_stat_database WHERE datname = ANY ($1)',
      { values: [subjects.map(each => each.name)] },
    );
    return sum;
  }

  const rest = () => new Promise(resolve => setTimeout(resolve, 600));

  it('should enter a few databases in each pass, and tell the same of all', async () => {
    const first = await pass();
    expect(first.check).toMatchObject({ state: 'satisfied' });
    await rest();
    const before = await sessions();
    const second = await pass();
    expect(second).toEqual(first);
    await rest();
    // One more is entered by the plan that the test itself makes.
    expect((await sessions()) - before).toBeLessThanOrEqual(TURNS * 2 + 1);
  });

  it('should see at once what the shared catalogs tell, and the rest in turns', async () => {
    await pass();
    const [one, two, three] = subjects;
    const guest = `guest_${one.name}`;
    await server.sql(`CREATE ROLE ${guest}`);
    await server.sql('DROP EXTENSION citext', { database: one.name });
    await server.sql(`GRANT USAGE ON SCHEMA public TO ${guest}`, {
      database: two.name,
    });
    await server.sql('GRANT CREATE ON SCHEMA public TO PUBLIC', {
      database: three.name,
    });
    const seen = await pass();
    expect(seen.observed.get(one.name)?.spec?.extensions).toEqual([]);
    expect(seen.access.get(two.name)).toContainEqual(
      expect.objectContaining({ login: guest, rights: ['USAGE'] }),
    );

    const toPublic = expect.objectContaining({
      login: 'PUBLIC',
      rights: ['CREATE'],
    });
    let found = seen.access.get(three.name)!;
    // What a turn has told is seen in the pass that follows it.
    for (let turn = 0; turn <= Math.ceil(subjects.length / TURNS); turn += 1) {
      found = (await pass()).access.get(three.name)!;
    }
    expect(found).toContainEqual(toPublic);
    await server.sql(`DROP OWNED BY ${guest}`, { database: two.name });
    await server.sql(`DROP ROLE ${guest}`);
  });

  it('should tell by a fingerprint which databases may have changed', async () => {
    lock = await SuperuserLock.take(server.server);
    const fingerprints = () =>
      bench.provider.fingerprints!(objects(), {
        ...bench.context(),
        reads: new SharedReads(),
      });
    // Nothing is known of databases that were not looked at.
    expect((await fingerprints()).size).toBe(0);
    await pass();
    let known = await fingerprints();
    expect(known.size).toBe(subjects.length);
    await rest();
    expect(await fingerprints()).toEqual(known);

    const [one, two] = subjects;
    const { a } = grant.login;
    const further = `further_${one.name}`;
    const guest = `guest_${one.name}`;
    const changed = async (sql: string) => {
      await server.sql(sql);
      const found = await fingerprints();
      const names = subjects
        .map(({ name: each }) => each)
        .filter(each => found.get(each) !== known.get(each));
      known = found;
      return names;
    };
    const all = subjects.map(each => each.name);
    expect(
      await changed(`ALTER DATABASE ${one.name} CONNECTION LIMIT 7`),
    ).toEqual([one.name]);
    expect(
      await changed(`ALTER DATABASE ${two.name} SET work_mem = '8MB'`),
    ).toEqual([two.name]);
    expect(
      await changed(`CREATE ROLE ${further} IN ROLE ${one.name}_rw`),
    ).toEqual([one.name]);
    // Whoever becomes a member of a login reaches what the login does.
    expect(await changed(`GRANT ${a} TO ${further}`)).toEqual(all);
    expect(await changed(`CREATE ROLE ${guest} IN ROLE ${further}`)).toEqual(
      all,
    );
    expect(await changed(`ALTER ROLE ${a} CONNECTION LIMIT 3`)).toEqual(all);
    expect(await changed(`ALTER ROLE ${a} SET search_path = trap`)).toEqual(
      all,
    );
    await server.sql(`DROP ROLE ${guest}, ${further}`);
  });

  it('should tell of a rename, and leave the database alone', async () => {
    const [subject] = subjects;
    const other = `${subject.name}_old`;
    await server.sql(`ALTER DATABASE ${subject.name} RENAME TO ${other}`);
    const { observed } = await pass();
    expect(observed.get(subject.name)).toMatchObject({
      exists: false,
      ours: false,
      renamedTo: other,
    });
    for (const action of ['delete', 'quarantine', 'update'] as const) {
      const { plan } = await bench.plan(subject, action);
      expect(plan.findings).toContainEqual(
        expect.objectContaining({
          policy: 'postgres/renamed',
          effect: 'deny',
          message: expect.stringContaining(
            `ALTER DATABASE "${other}" RENAME TO "${subject.name}";`,
          ),
        }),
      );
    }
    await server.sql(`ALTER DATABASE ${other} RENAME TO ${subject.name}`);
    expect((await pass()).observed.get(subject.name)).toMatchObject({
      ours: true,
    });
  });
});

import { Portal } from './__testUtils__/Portal';
import { TestCluster, uniqueName } from './__testUtils__/TestCluster';
import { keyspaceSpecSchema } from './keyspace/keyspaceSpec';

jest.setTimeout(60_000);

/** Keyspaces that people made before there was a portal, on a real node. */
describe('a keyspace that somebody else made', () => {
  let cluster: TestCluster;
  let portal: Portal;
  const cleanUps: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    cluster = await TestCluster.create();
    portal = new Portal(cluster.instance());
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) {
      await cleanUp();
    }
  });
  afterAll(async () => {
    await portal?.instance.close();
    await cluster?.close();
  });

  const uniqueKeyspace = (...logins: string[]) => {
    const name = uniqueName('legacy');
    cleanUps.push(() => cluster.cleanUp(name, logins));
    return name;
  };
  const discover = async (name: string) =>
    (
      await portal.provider.discover({ limit: 1_000 }, portal.context())
    ).items.find(item => item.name === name);
  const inspect = async (name: string) =>
    (await portal.provider.inspect([{ name }], portal.context())).get(name)!;

  it('should be adopted once an administrator has run what the plan says', async () => {
    const name = uniqueKeyspace();
    await cluster.createForeign(name);
    const refused = await portal.plan('adopt', { name });
    expect(refused).toMatchObject({
      steps: [],
      findings: expect.arrayContaining([
        expect.objectContaining({
          policy: 'cassandra/provisioner-rights',
          effect: 'deny',
          retryable: true,
        }),
      ]),
    });
    const [advice] = refused.findings.flatMap(({ message }) =>
      /GRANT ALL .+$/.exec(message) ? [/GRANT ALL .+$/.exec(message)![0]] : [],
    );
    await cluster.admin(advice);

    const object = { name };
    const plan = await portal.plan('adopt', object);
    expect(plan.findings.filter(({ effect }) => effect === 'deny')).toEqual([]);
    expect(await portal.execute(object, plan)).toEqual({ state: 'done' });
  });

  it('should say Unauthorized when the permissions are taken before it is done', async () => {
    const name = uniqueKeyspace();
    await cluster.createAdoptable(name);
    const object = { name };
    const plan = await portal.plan('adopt', object);
    await cluster.admin(
      `REVOKE ALL PERMISSIONS ON KEYSPACE "${name}" FROM "${cluster.provisioner}"`,
    );

    expect(await portal.execute(object, plan)).toMatchObject({
      state: 'failed',
      error: { reason: 'Unauthorized' },
    });
    expect(object).toEqual({ name });
    expect(await cluster.leftovers(name, [])).toEqual([]);
  });

  it('should be planned again, or left, when its adoption was given up half-way', async () => {
    const name = uniqueKeyspace();
    await cluster.createAdoptable(name);
    const object = { name };
    const plan = await portal.plan('adopt', object);
    await portal.execute(object, { ...plan, steps: plan.steps.slice(0, 3) });
    const before = await cluster.asLeft(name);
    const again = await portal.plan('adopt', object);
    expect(again.steps).toEqual(plan.steps);
    const remove = await portal.plan('delete', object);

    expect(await portal.execute(object, remove)).toEqual({ state: 'done' });
    expect(await cluster.asLeft(name)).toBe(before);
    expect(await cluster.leftovers(name, [])).toEqual([]);
  });

  it('should be found with another strategy, and refused with what changes that', async () => {
    const name = uniqueKeyspace();
    await cluster.admin(
      `CREATE KEYSPACE "${name}" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
    );
    await cluster.admin(
      `GRANT ALL PERMISSIONS ON KEYSPACE "${name}" TO "${cluster.provisioner}"`,
    );
    expect((await discover(name))?.spec).toEqual({ durableWrites: true });
    const { findings } = await portal.plan('adopt', { name });
    const denials = findings.filter(({ effect }) => effect === 'deny');
    expect(denials).toMatchObject([{ policy: 'cassandra/adopt-strategy' }]);
    await cluster.admin(/ALTER KEYSPACE [^;]+/.exec(denials[0].message)![0]);

    const seen = await discover(name);
    expect(keyspaceSpecSchema.parse(seen?.spec)).toEqual(seen?.spec);
    const after = await portal.plan('adopt', { name });
    expect(after.findings.filter(({ effect }) => effect === 'deny')).toEqual(
      [],
    );
  });

  it('should be refused when it is the portals’ own, or a group role is taken', async () => {
    const name = uniqueKeyspace();
    await cluster.createAdoptable(name);
    await cluster.admin(`CREATE ROLE "${name}_ro"`);
    expect((await portal.plan('adopt', { name })).findings).toContainEqual(
      expect.objectContaining({
        policy: 'cassandra/role-exists',
        effect: 'deny',
      }),
    );

    const meta = await portal.plan('adopt', { name: 'data_resources_meta' });
    expect(meta.findings).toContainEqual(
      expect.objectContaining({
        policy: 'cassandra/reserved-name',
        effect: 'deny',
      }),
    );
  });

  it('should not be missed where there is none', async () => {
    expect(
      await portal.provider.discover(
        { after: '~', limit: 10 },
        portal.context(),
      ),
    ).toEqual({ items: [] });
  });

  it('should point to those who may do the most', async () => {
    const [maker, member, reader] = ['maker', 'member', 'reader'].map(
      uniqueName,
    );
    const name = uniqueKeyspace(maker, member, reader);
    await cluster.createForeign(name);
    for (const role of [maker, member, reader]) {
      await cluster.admin(`CREATE ROLE "${role}"`);
    }
    await cluster.admin(`GRANT SELECT ON KEYSPACE "${name}" TO "${reader}"`);
    await cluster.admin(
      `GRANT ALL PERMISSIONS ON KEYSPACE "${name}" TO "${maker}"`,
    );
    await cluster.admin(`GRANT "${maker}" TO "${member}"`);

    expect((await discover(name))?.hints).toEqual([
      {
        value: maker,
        source: `has AUTHORIZE, granted on the keyspace ${name}`,
      },
      {
        value: member,
        source: `has AUTHORIZE, member of ${maker}, granted on the keyspace ${name}`,
      },
      {
        value: reader,
        source: `has SELECT, granted on the keyspace ${name}`,
      },
      { value: 'legacy', source: 'what the name begins with' },
    ]);
    expect((await discover('data_resources_meta'))?.internal).toMatch(/portal/);
    expect(await discover('system_auth')).toBeUndefined();
  });

  it('should name clients that may use it, and not those of other keyspaces', async () => {
    const reader = portal.grant('reader');
    const spec = {
      replication: { [cluster.description.dataCenter]: 1 },
      durableWrites: true,
    };
    const { name } = await portal.create(
      uniqueKeyspace(reader.login.a, reader.login.b),
      spec,
      reader,
    );
    const other = await portal.create(uniqueKeyspace(), spec);
    const client = await cluster.login(
      reader.login.a,
      await portal.issue(reader.login.a),
    );
    try {
      const [user] = (await inspect(name)).users;
      expect(user).toMatchObject({
        name: reader.login.a,
        kind: 'client',
        detail: expect.stringMatching(
          /^connected, and may use the keyspace, .*from 127\.0\.0\.1$/,
        ),
      });
      expect(user.count).toBeGreaterThan(0);
      expect((await inspect(other.name)).users).toEqual([]);
    } finally {
      await client.shutdown();
    }
  });

  it('should be measured by table, and say what it cannot see', async () => {
    const name = uniqueKeyspace();
    await cluster.createAdoptable(name);
    const { measures, unseen } = await inspect(name);
    expect(unseen).toEqual([]);
    expect(measures).toContainEqual(
      expect.objectContaining({
        name: 'table-size',
        labels: { table: 'legacy' },
      }),
    );
    const writes = measures.find(measure => measure.name === 'writes');
    expect(writes?.value).toBe(1);

    await cluster.admin(`DELETE FROM "${name}".legacy WHERE id = 2`);
    await cluster.admin(`SELECT * FROM "${name}".legacy`);
    for (let id = 3; id < 60; id += 1) {
      await cluster.admin(
        `INSERT INTO "${name}".legacy (id, what) VALUES (${id}, 'x')`,
      );
      await cluster.admin(`SELECT * FROM "${name}".legacy WHERE id = ${id}`);
    }
    const used = (await inspect(name)).measures;
    const figure = (of: string) => used.find(each => each.name === of)?.value;
    // A histogram's step, not the very number.
    expect(figure('rows-per-read')).toBeGreaterThanOrEqual(1);
    expect(figure('most-tombstones')).toBeGreaterThanOrEqual(1);
    expect(figure('tombstones-per-read')).toBeGreaterThanOrEqual(1);
    const latencies = used.filter(each => each.unit === 'seconds');
    expect(latencies.map(each => each.name)).toEqual([
      'read-latency',
      'write-latency',
      'replica-read-latency',
      'replica-write-latency',
    ]);
    for (const { value } of latencies) {
      // The server may be faster than the smallest step that it tells.
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(60);
    }

    const from = `FROM "${cluster.provisioner}"`;
    await cluster.admin(`REVOKE SELECT ON KEYSPACE system_views ${from}`);
    const blind = await inspect(name);
    expect(blind).toMatchObject({ users: [], measures: [] });
    expect(blind.unseen).toHaveLength(1);
    await cluster.admin(/GRANT .+$/.exec(blind.unseen[0])![0]);
    expect((await inspect(name)).unseen).toEqual([]);
  });
});

import {
  type CallContext,
  type ObjectRef,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';
import { Client } from 'cassandra-driver';
import { Portal } from '../__testUtils__/Portal';
import { TestCluster, uniqueName } from '../__testUtils__/TestCluster';

jest.setTimeout(120_000);

/** As many as go to the provider in one call. */
const BATCH = 20;

/** What a drift pass costs the cluster. */
describe('looking at many keyspaces at one moment', () => {
  let cluster: TestCluster;
  let portal: Portal;
  let objects: ObjectRef[];
  const ours = uniqueName('ours');
  const foreign = Array.from({ length: 60 }, () => uniqueName('many'));
  const logins: string[] = [];

  beforeAll(async () => {
    cluster = await TestCluster.create();
    portal = new Portal(cluster.instance());
    const grant = portal.grant('writer');
    logins.push(grant.login.a, grant.login.b);
    const spec = {
      replication: { [cluster.description.dataCenter]: 1 },
      durableWrites: true,
    };
    objects = [{ ...(await portal.create(ours, spec, grant)), desired: spec }];
    for (const name of foreign) {
      await cluster.createForeign(name);
      objects.push({ name });
    }
  });
  afterAll(async () => {
    await portal?.instance.close();
    await cluster?.cleanUp(ours, logins);
    for (const name of foreign) {
      await cluster?.dropKeyspace(name);
    }
    await cluster?.close();
  });

  async function look(some: readonly ObjectRef[], context: CallContext) {
    const { provider } = portal;
    const [observed, access] = await Promise.all([
      provider.observe(some, context),
      provider.access(some, context),
    ]);
    // Roles of suites beside this one come and go, and some of them reach every keyspace.
    const known = [
      cluster.provisioner,
      cluster.description.admin.user,
      ...logins,
    ];
    return some.map(({ name }) => ({
      observed: observed.get(name),
      access: access
        .get(name)!
        .filter(
          ({ login, via }) => known.includes(login) || via.includes(ours),
        ),
    }));
  }

  /** All of them in batches that go side by side, and the statements that were sent for it. */
  async function pass(some: readonly ObjectRef[]) {
    // The real driver on the real server; it is only listened to.
    const sent = jest.spyOn(Client.prototype, 'execute');
    try {
      const context = { ...portal.context(), reads: new SharedReads() };
      const batches = Array.from(
        { length: Math.ceil(some.length / BATCH) },
        (_, index) => some.slice(index * BATCH, (index + 1) * BATCH),
      );
      const seen = await Promise.all(
        batches.map(batch => look(batch, context)),
      );
      return {
        seen: seen.flat(),
        statements: sent.mock.calls.map(([cql]) => cql).sort(),
      };
    } finally {
      sent.mockRestore();
    }
  }

  it('should send as many statements for sixty keyspaces as for ten', async () => {
    const few = await pass(objects.slice(0, 10));
    const many = await pass(objects);

    expect(many.statements).toEqual(few.statements);
    expect(new Set(many.statements).size).toBe(many.statements.length);
    expect(many.statements.length).toBeLessThanOrEqual(4);
  });

  it('should see the same as one who looks at each by itself', async () => {
    const some = objects.slice(0, 10);
    const { seen } = await pass(some);
    for (const [index, object] of some.entries()) {
      expect([seen[index]]).toEqual(await look([object], portal.context()));
    }
    expect(seen[0]).toMatchObject({ observed: { ours: true } });
    expect(seen[0].access).toContainEqual(
      expect.objectContaining({
        login: logins[0],
        via: `member of ${ours}_rw`,
      }),
    );
  });

  it('should tell who was let in without a statement more, and who is in no more', async () => {
    const { provider } = portal;
    const check = (context: CallContext) =>
      provider.check(
        [
          {
            key: 'logins',
            object: objects[0],
            kind: 'ensure-logins',
            args: { logins },
          },
          {
            key: 'role',
            object: objects[0],
            kind: 'grant-role',
            args: { role: `${ours}_rw`, logins },
          },
        ],
        context,
      );
    const sent = jest.spyOn(Client.prototype, 'execute');
    try {
      const context = { ...portal.context(), reads: new SharedReads() };
      await look(objects, context);
      sent.mockClear();
      const checks = await check(context);
      expect(sent).not.toHaveBeenCalled();
      expect([...checks.values()].map(({ state }) => state)).toEqual([
        'satisfied',
        'satisfied',
      ]);
    } finally {
      sent.mockRestore();
    }
    await cluster.admin(`REVOKE "${ours}_rw" FROM "${logins[0]}"`);
    const after = { ...portal.context(), reads: new SharedReads() };
    expect((await check(after)).get('role')).toMatchObject({
      state: 'pending',
      evidence: { missing: [logins[0]] },
    });
    await cluster.admin(`GRANT "${ours}_rw" TO "${logins[0]}"`);
  });

  it('should read anew at the next moment', async () => {
    await pass([objects[0]]);
    await cluster.makeVolatile(ours);
    const [{ observed }] = (await pass([objects[0]])).seen;
    expect(observed?.spec).toMatchObject({ durableWrites: false });
  });
});

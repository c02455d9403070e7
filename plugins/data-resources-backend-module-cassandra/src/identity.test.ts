import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { Portal } from './__testUtils__/Portal';
import { TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

describe('what proves that a keyspace is ours', () => {
  let cluster: TestCluster;
  let portal: Portal;
  let name: string;

  beforeAll(async () => {
    cluster = await TestCluster.create();
    portal = new Portal(cluster.instance());
  });
  beforeEach(() => {
    name = uniqueName('identity');
  });
  afterEach(() => cluster.cleanUp(name));
  afterAll(async () => {
    await portal?.instance.close();
    await cluster?.close();
  });

  const spec = () => ({
    replication: { [cluster.description.dataCenter]: 1 },
    durableWrites: true,
  });
  const me = () => `"${cluster.provisioner}"`;
  const observe = async (object: ObjectRef) =>
    (await portal.provider.observe([object], portal.context())).get(
      object.name,
    )!;
  const takeRights = () =>
    cluster.admin(`REVOKE ALL PERMISSIONS ON KEYSPACE "${name}" FROM ${me()}`);
  const giveRights = () =>
    cluster.admin(`GRANT ALL PERMISSIONS ON KEYSPACE "${name}" TO ${me()}`);

  it('should say Conflict with both ways out when the creator’s permissions are missing', async () => {
    const object: ObjectRef = { name };
    const plan = await portal.plan('create', object, { spec: spec() });
    const [create] = plan.steps;
    // As after a node that died between making the keyspace and giving its permissions.
    await cluster.createForeign(name);
    const checks = await portal.provider.check(
      [
        {
          key: 'k',
          object,
          kind: create.kind,
          args: create.args,
          intent: { attempt: 1, evidence: { exists: false } },
        },
      ],
      portal.context(),
    );

    expect(checks.get('k')).toMatchObject({
      state: 'failed',
      error: { reason: 'Conflict' },
    });
    const { error } = checks.get('k') as { error: Error };
    expect(error.message).toContain(
      `GRANT ALL PERMISSIONS ON KEYSPACE "${name}" TO ${me()}`,
    );
    expect(error.message).toContain(`DROP KEYSPACE "${name}"`);
  });

  it('should wait for permissions that come a moment after the keyspace', async () => {
    const object: ObjectRef = { name };
    const plan = await portal.plan('create', object, { spec: spec() });
    const [create] = plan.steps;
    await cluster.createForeign(name);
    const checking = portal.provider.check(
      [
        {
          key: 'k',
          object,
          kind: create.kind,
          args: create.args,
          intent: { attempt: 1, evidence: { exists: false } },
        },
      ],
      portal.context(),
    );
    await giveRights();

    expect((await checking).get('k')).toMatchObject({
      state: 'satisfied',
      identity: { keyspace: name },
    });
  });

  it('should not take a keyspace that the same role made without an intent', async () => {
    const first = await portal.create(name, spec());
    const again: ObjectRef = { name };
    const plan = await portal.plan('create', again, { spec: spec() });

    expect(await portal.execute(again, plan)).toMatchObject({
      state: 'failed',
      error: { reason: 'Conflict' },
    });
    expect(await observe(again)).toMatchObject({ exists: true, ours: false });
    expect(await observe(first)).toMatchObject({ exists: true, ours: true });
    // What failed to be created is not deleted either.
    const undo = await portal.plan('delete', again);
    expect(await portal.execute(again, undo)).toEqual({ state: 'done' });
    expect(await cluster.fingerprint(name)).toBeDefined();
    expect(await cluster.leftovers(name, [])).not.toEqual([]);
  });

  it('should know its keyspace when an administrator changed it', async () => {
    const object = await portal.create(name, spec());
    await cluster.admin(`ALTER KEYSPACE "${name}" WITH durable_writes = false`);

    expect(await observe(object)).toMatchObject({
      ours: true,
      identity: object.identity,
      spec: { ...spec(), durableWrites: false },
    });
  });

  it('should ask for its permissions back rather than forget a keyspace', async () => {
    const object = await portal.create(name, spec());
    await takeRights();

    expect(await observe(object)).toMatchObject({ exists: true, ours: true });
    for (const action of ['delete', 'grant'] as const) {
      const { findings } = await portal.plan(action, object, { spec: spec() });
      expect(findings.filter(({ effect }) => effect !== 'info')).toEqual([
        expect.objectContaining({
          policy: 'cassandra/provisioner-rights',
          effect: 'deny',
          retryable: true,
          message: expect.stringContaining(
            `GRANT ALL PERMISSIONS ON KEYSPACE "${name}" TO ${me()}`,
          ),
        }),
      ]);
    }
    const plan = await portal.plan('delete', object);
    const journal = new MemoryStepJournal();
    expect(await portal.execute(object, plan, journal)).toMatchObject({
      state: 'failed',
      stepKey: 'drop-keyspace',
      error: { reason: 'Unauthorized' },
    });
    expect(await cluster.fingerprint(name)).toBeDefined();
    // A node that has not heard of our drop yet shows the same.
    const [{ kind, args }] = plan.steps;
    const { definedAt } = object.identity as { definedAt: string };
    const intent = { attempt: 1, evidence: { definedAt } };
    const checks = await portal.provider.check(
      [{ key: 'drop', object, kind, args, intent }],
      portal.context(),
    );
    expect(checks.get('drop')).toMatchObject({
      state: 'failed',
      error: { reason: 'Unknown', retryable: true },
    });

    await giveRights();
    expect(await portal.execute(object, plan, journal)).toEqual({
      state: 'done',
    });
    expect(await cluster.fingerprint(name)).toBeUndefined();
    expect(await cluster.leftovers(name, [])).toEqual([]);
  });

  it('should ask for them too where an owner has changed tables since', async () => {
    const object = await portal.create(name, spec());
    await takeRights();
    // Each change of a table writes the keyspace's definition anew.
    await cluster.admin(`CREATE TABLE "${name}".t (id int PRIMARY KEY)`);
    expect(await observe(object)).toMatchObject({ exists: true, ours: true });
    const undo = await portal.plan('delete', object);
    expect(await portal.execute(object, undo)).toMatchObject({
      state: 'failed',
      stepKey: 'drop-keyspace',
      error: {
        reason: 'Unauthorized',
        message: expect.stringContaining('GRANT ALL PERMISSIONS ON KEYSPACE'),
      },
    });
    expect(await cluster.fingerprint(name)).toBeDefined();

    // Their permissions go with a keyspace, and none come with another.
    await cluster.dropKeyspace(name);
    await cluster.createForeign(name);
    expect(await observe(object)).toMatchObject({ exists: true, ours: false });
    expect(await portal.execute(object, undo)).toEqual({ state: 'done' });
    expect(await cluster.fingerprint(name)).toBeDefined();
  });

  it('should refuse a name whose roles somebody has made already', async () => {
    const role = `${name}_rw`;
    await cluster.admin(`CREATE ROLE "${role}"`);
    const object: ObjectRef = { name };
    const plan = await portal.plan('create', object, { spec: spec() });

    expect(plan.findings).toContainEqual({
      policy: 'cassandra/role-exists',
      effect: 'deny',
      path: 'name',
      message: expect.stringContaining(`DROP ROLE "${role}"`),
    });
    // And if it comes after the plan, nobody's members get in.
    expect(await portal.execute(object, plan)).toMatchObject({
      state: 'failed',
      stepKey: 'create-group-roles',
      error: { reason: 'Conflict' },
    });
    const undo = await portal.plan('delete', object);
    expect(await portal.execute(object, undo)).toEqual({ state: 'done' });
    expect(await cluster.fingerprint(name)).toBeUndefined();
    expect(await cluster.leftovers(name, [])).toEqual([
      role,
      `${cluster.description.admin.user} on roles/${role}`,
    ]);
  });

  it('should not use a login that somebody else made, or that is a superuser', async () => {
    const grant = portal.grant('reader');
    const object = await portal.create(name, spec());
    const plan = () =>
      portal.plan('grant', object, { spec: spec(), grants: { add: [grant] } });
    try {
      await cluster.admin(`CREATE ROLE "${grant.login.b}"`);
      expect(await portal.execute(object, await plan())).toMatchObject({
        state: 'failed',
        stepKey: `ensure-logins:${grant.login.base}`,
        error: { reason: 'Conflict' },
      });
      await expect(
        portal.instance.logins.enable(
          { username: grant.login.b, password: 'never' },
          portal.context(),
        ),
      ).rejects.toMatchObject({ reason: 'Conflict' });
      await cluster.admin(`DROP ROLE "${grant.login.b}"`);

      expect(await portal.execute(object, await plan())).toEqual({
        state: 'done',
      });
      await cluster.admin(
        `ALTER ROLE "${grant.login.b}" WITH SUPERUSER = true`,
      );
      expect(await portal.execute(object, await plan())).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict' },
      });
      await expect(
        portal.instance.logins.enable(
          { username: grant.login.b, password: 'never' },
          portal.context(),
        ),
      ).rejects.toMatchObject({ reason: 'Conflict' });
    } finally {
      await cluster.cleanUp(name, [grant.login.a, grant.login.b]);
    }
  });

  it('should refuse a grant on a keyspace that is gone or was replaced', async () => {
    const object = await portal.create(name, spec());
    await cluster.dropKeyspace(name);
    const grant = () =>
      portal.plan('grant', object, {
        spec: spec(),
        grants: { add: [portal.grant('reader')] },
      });
    const denied = [
      expect.objectContaining({
        policy: 'cassandra/keyspace-gone',
        effect: 'deny',
      }),
    ];
    expect((await grant()).findings).toEqual(denied);
    await cluster.createForeign(name);
    expect((await grant()).findings).toEqual(denied);
  });
});

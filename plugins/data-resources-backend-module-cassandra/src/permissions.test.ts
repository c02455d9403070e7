import type { PlanInput } from '@data-resources/plugin-data-resources-node';
import { Portal } from './__testUtils__/Portal';
import { TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

const NEEDED = [
  'CREATE ON ALL KEYSPACES',
  'CREATE ON ALL ROLES',
  'DESCRIBE ON ALL ROLES',
];
const RECOMMENDED = [
  'SELECT ON KEYSPACE system_views',
  'SELECT ON TABLE system_auth.role_members',
];

/** The portal's role is given what the README says, by the real server's judgement. */
describe('the permissions of the portal’s role', () => {
  let cluster: TestCluster;
  let portal: Portal;
  let cleanUps: (() => Promise<unknown>)[];

  beforeAll(async () => {
    cluster = await TestCluster.create();
  });
  beforeEach(() => {
    cleanUps = [];
    portal = new Portal(cluster.instance());
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.reverse()) {
      await cleanUp();
    }
    await portal.instance.close();
  });
  afterAll(() => cluster?.close());

  const spec = () => ({
    replication: { [cluster.description.dataCenter]: 1 },
    durableWrites: true,
  });

  async function without(permission: string) {
    await cluster.admin(`REVOKE ${permission} FROM "${cluster.provisioner}"`);
    cleanUps.push(() =>
      cluster.admin(`GRANT ${permission} TO "${cluster.provisioner}"`),
    );
  }

  it('should be enough for the whole life of a keyspace, without what is only recommended', async () => {
    for (const permission of RECOMMENDED) {
      await without(permission);
    }
    const name = uniqueName('least');
    const [owner, reader] = [portal.grant('owner'), portal.grant('reader')];
    const logins = [owner, reader].flatMap(({ login }) => [login.a, login.b]);
    cleanUps.push(() => cluster.cleanUp(name, logins));
    const object = await portal.create(
      name,
      {
        ...spec(),
        schema: 'CREATE TABLE t (id int PRIMARY KEY); CREATE TYPE u (a int)',
      },
      owner,
    );
    const deed = async (
      action: PlanInput['action'],
      grants: Partial<PlanInput['grants']>,
      changed = {},
    ) => {
      const plan = await portal.plan(action, object, {
        spec: { ...spec(), ...changed },
        grants,
      });
      expect(await portal.execute(object, plan)).toEqual({ state: 'done' });
    };
    await deed('grant', { add: [reader] });
    const password = await portal.issue(reader.login.a);
    expect(await cluster.canRead(name, reader.login.a, password)).toBe(true);
    await deed('update', {}, { durableWrites: false });
    await deed('quarantine', { remove: [owner, reader] });
    expect(await cluster.canRead(name, reader.login.a, password)).toBe(false);
    await deed('restore', { add: [owner, reader] });
    expect(await cluster.canRead(name, reader.login.a, password)).toBe(true);
    await deed('revoke', { remove: [reader], keep: [owner] });
    await deed('delete', { remove: [owner] });
    expect(await cluster.leftovers(name, logins)).toEqual([]);
  });

  it.each(NEEDED)('should be needed each: %s', async permission => {
    const name = uniqueName('least');
    const grant = portal.grant('writer');
    cleanUps.push(() => cluster.cleanUp(name, [grant.login.a, grant.login.b]));
    const object = { name };
    const plan = await portal.plan('create', object, {
      spec: spec(),
      grants: { add: [grant] },
    });
    await without(permission);

    const before = await portal.execute(object, plan);
    const { conditions } = await portal.instance.probe(portal.context());
    expect(conditions).toContainEqual({
      type: 'Provisioner',
      status: 'error',
      message: expect.stringContaining(
        `GRANT ${permission} TO "${cluster.provisioner}"`,
      ),
    });
    await cluster.admin(`GRANT ${permission} TO "${cluster.provisioner}"`);
    expect(before).toMatchObject({
      state: 'failed',
      error: { reason: 'Unauthorized', retryable: false },
    });
    expect(await portal.execute(object, plan)).toEqual({ state: 'done' });
  });
});

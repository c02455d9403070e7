import type { PlanInput } from '@data-resources/plugin-data-resources-node';
import { KeyspaceScene } from './__testUtils__/KeyspaceScene';
import { uniqueName } from './__testUtils__/TestCluster';

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
  const scene = KeyspaceScene.forEachTest();

  async function without(permission: string) {
    await scene.cluster.admin(
      `REVOKE ${permission} FROM "${scene.cluster.provisioner}"`,
    );
    scene.afterwards(() =>
      scene.cluster.admin(
        `GRANT ${permission} TO "${scene.cluster.provisioner}"`,
      ),
    );
  }

  it('should be enough for the whole life of a keyspace, without what is only recommended', async () => {
    for (const permission of RECOMMENDED) {
      await without(permission);
    }
    const name = uniqueName('least');
    const [owner, reader] = [
      scene.portal.grant('owner'),
      scene.portal.grant('reader'),
    ];
    const logins = [owner, reader].flatMap(({ login }) => [login.a, login.b]);
    scene.afterwards(() => scene.cluster.cleanUp(name, logins));
    const object = await scene.portal.create(
      name,
      {
        ...scene.spec(),
        schema: 'CREATE TABLE t (id int PRIMARY KEY); CREATE TYPE u (a int)',
      },
      owner,
    );
    const deed = async (
      action: PlanInput['action'],
      grants: Partial<PlanInput['grants']>,
      changed = {},
    ) => {
      const plan = await scene.portal.plan(action, object, {
        spec: { ...scene.spec(), ...changed },
        grants,
      });
      expect(await scene.portal.execute(object, plan)).toEqual({
        state: 'done',
      });
    };
    await deed('grant', { add: [reader] });
    const password = await scene.portal.issue(reader.login.a);
    expect(await scene.cluster.canRead(name, reader.login.a, password)).toBe(
      true,
    );
    await deed('update', {}, { durableWrites: false });
    await deed('quarantine', { remove: [owner, reader] });
    expect(await scene.cluster.canRead(name, reader.login.a, password)).toBe(
      false,
    );
    await deed('restore', { add: [owner, reader] });
    expect(await scene.cluster.canRead(name, reader.login.a, password)).toBe(
      true,
    );
    await deed('revoke', { remove: [reader], keep: [owner] });
    await deed('delete', { remove: [owner] });
    expect(await scene.cluster.leftovers(name, logins)).toEqual([]);
  });

  it.each(NEEDED)('should be needed each: %s', async permission => {
    const name = uniqueName('least');
    const grant = scene.portal.grant('writer');
    scene.afterwards(() =>
      scene.cluster.cleanUp(name, [grant.login.a, grant.login.b]),
    );
    const object = { name };
    const plan = await scene.portal.plan('create', object, {
      spec: scene.spec(),
      grants: { add: [grant] },
    });
    await without(permission);

    const before = await scene.portal.execute(object, plan);
    const { conditions } = await scene.portal.instance.probe(
      scene.portal.context(),
    );
    expect(conditions).toContainEqual({
      type: 'Provisioner',
      status: 'error',
      message: expect.stringContaining(
        `GRANT ${permission} TO "${scene.cluster.provisioner}"`,
      ),
    });
    await scene.cluster.admin(
      `GRANT ${permission} TO "${scene.cluster.provisioner}"`,
    );
    expect(before).toMatchObject({
      state: 'failed',
      error: { reason: 'Unauthorized', retryable: false },
    });
    expect(await scene.portal.execute(object, plan)).toEqual({ state: 'done' });
  });
});

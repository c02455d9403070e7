import type { JsonObject } from '@backstage/types';
import type {
  ObjectRef,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import { KeyspaceScene } from './__testUtils__/KeyspaceScene';

jest.setTimeout(120_000);

/** What the server leaves where it did the first of several things, on the real server. */
describe('roles of which the server wrote the first thing, and nothing after that', () => {
  const scene = KeyspaceScene.forEachTest();

  /** Goes on with steps whose outcome is unknown. */
  async function goOn(object: ObjectRef, steps: PlannedStep[]) {
    for (const { id, kind, args } of steps) {
      const attempt = (number: number, evidence: JsonObject = {}) => [
        {
          ...{ key: id, object, kind, args, loginInUse: false },
          intent: { attempt: number, evidence },
        },
      ];
      const checks = await scene.portal.provider.check(
        attempt(1),
        scene.portal.context(),
      );
      const check = checks.get(id)!;
      if (check.state !== 'pending') {
        throw new Error(`${id} is ${check.state}`);
      }
      const answers = await scene.portal.provider.act(
        attempt(2, check.evidence),
        scene.portal.context(),
      );
      expect(answers.get(id)).toMatchObject({ state: 'satisfied' });
    }
  }

  it('should leave nothing when they are dropped', async () => {
    const grant = scene.portal.grant('writer');
    const { login } = grant;
    const object = await scene.create('cutoff', scene.spec(), grant);
    const { steps } = await scene.portal.plan('delete', object, {
      grants: { remove: [grant] },
    });
    for (const gone of [`${object.name}_ro`, login.a]) {
      await scene.cluster.admin(
        'DELETE FROM system_auth.roles WHERE role = ?',
        [gone],
      );
    }
    await goOn(object, steps);
    expect(
      await scene.cluster.leftovers(object.name, [login.a, login.b]),
    ).toEqual([]);
  });

  it('should be members in all places, or in none', async () => {
    const grant = scene.portal.grant('writer');
    const { a } = grant.login;
    const object = await scene.create('cutoff', scene.spec(), grant);
    const group = `${object.name}_rw`;
    const steps = async (action: 'grant' | 'revoke') =>
      (
        await scene.portal.plan(action, object, {
          grants: { [action === 'grant' ? 'add' : 'remove']: [grant] },
        })
      ).steps.filter(({ kind }) => kind === `${action}-role`);
    const listed = async () =>
      (
        await scene.cluster.admin(
          'SELECT member FROM system_auth.role_members WHERE role = ?',
          [group],
        )
      ).map(({ member }) => member);

    await scene.cluster.admin(
      'DELETE FROM system_auth.role_members WHERE role = ? AND member = ?',
      [group, a],
    );
    await goOn(object, await steps('grant'));
    expect(await listed()).toContain(a);

    await scene.cluster.admin(
      'UPDATE system_auth.roles SET member_of = member_of - ? WHERE role = ?',
      [[group], a],
    );
    await goOn(object, await steps('revoke'));
    expect(await listed()).toEqual([]);
  });
});

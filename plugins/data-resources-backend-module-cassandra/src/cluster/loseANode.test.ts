import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import type { CassandraNode } from '@data-resources/test-engines';
import type { Harm } from '../__testUtils__/ThreeNodes';
import { Accident } from './__testUtils__/Accident';
import { deeds } from './__testUtils__/deeds';
import { all, Scene } from './__testUtils__/Scene';

jest.setTimeout(900_000);

/** One node hangs or dies in the middle of each step of everything that a keyspace goes through. */
describe('a keyspace on three nodes in two data centres', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open();
  });
  beforeEach(() => scene.begin());
  afterEach(() => scene?.end());
  afterAll(() => scene?.close());

  /** A password that was asked for as the node was lost, or another one if that was void. */
  async function issuedWhile(
    { login }: PlannedGrant,
    node: CassandraNode,
    how: Harm,
  ): Promise<string> {
    const issued = Promise.allSettled([scene.portal.issue(login.b)]);
    await scene.nodes.harm(node, how);
    const [told] = await issued;
    await scene.nodes.heal();
    if (told.status === 'fulfilled') {
      return told.value;
    }
    if (!told.reason.retryable) {
      throw told.reason;
    }
    return scene.portal.issue(login.b);
  }

  /** A deed in whose steps of one kind a node is lost, and what is seen when it is done. */
  async function doneWithout(
    action: string,
    { kind, call }: { kind: string; call: 'check' | 'act' },
    how: Harm,
    node: CassandraNode,
  ): Promise<{ seen: unknown; wanted: unknown }> {
    const deed = await deeds[action](scene);
    const step = deed.plan.steps.find(each => each.kind === kind)!.id;
    const accident = new Accident(scene, deed);
    try {
      await accident.happen(node, how, { call, step });
      await scene.nodes.heal();
      await accident.finish();
    } finally {
      // For whoever reads what such a failure looks like.
      process.stdout.write(`${accident.told.join('\n')}\n`);
    }
    return { seen: await deed.look(), wanted: deed.wanted };
  }

  // A sample for whoever has no half hour: `./portal test cluster --grep 'in short'`.
  describe('in short', () => {
    it.each<[string, string, Harm]>([
      ['create', 'create-keyspace', 'kill'],
      ['grant', 'grant-role', 'freeze'],
    ])(
      'should finish a %s in whose step %s a node is lost: %s',
      async (action, kind, how) => {
        const moment = { kind, call: 'act' as const };
        const { seen, wanted } = await doneWithout(action, moment, how, 3);
        expect(seen).toEqual(wanted);
      },
    );
  });

  describe.each<[Harm]>([['freeze'], ['kill']])('%s', how => {
    it.each(Object.keys(deeds))(
      'should finish each step of %s in which a node is lost, and claim nothing before',
      async action => {
        const { plan } = await deeds[action](scene);
        const kinds = new Set(plan.steps.map(({ kind }) => kind));
        const moments = [...kinds].flatMap((kind, index) => [
          { kind, call: 'act' as const },
          // What is looked at before is looked at in the same way in every step.
          ...(index === 0 ? [{ kind, call: 'check' as const }] : []),
        ]);
        for (const [index, moment] of moments.entries()) {
          const node = index % 2 === 0 ? 3 : 2;
          const { seen, wanted } = await doneWithout(action, moment, how, node);
          expect(seen).toEqual(wanted);
        }
      },
    );

    it('should hand out no password while a node is lost that does not work', async () => {
      const grant = scene.portal.grant('reader');
      const object = await scene.existing(grant);
      // The running clients' slot, and the one that gets a new password.
      const before = await scene.portal.issue(grant.login.a);
      for (const node of [3, 2] as const) {
        const password = await issuedWhile(grant, node, how);
        const table = await scene.readable(object);
        expect({
          after: await scene.nodes.readings(table, grant.login.b, password),
          running: await scene.nodes.readings(table, grant.login.a, before),
        }).toEqual({ after: all('reads'), running: all('reads') });
        await scene.portal.instance.logins.disable(
          { username: grant.login.b },
          scene.portal.context(),
        );
        expect(
          await scene.nodes.readings(table, grant.login.b, password),
        ).toEqual(all('AuthenticationError'));
      }
    });
  });
});

import type {
  PlannedGrant,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import type { CassandraNode } from '@data-resources/test-engines';
import type { Harm } from '../__testUtils__/ThreeNodes';
import { Accident, type LostIn } from './__testUtils__/Accident';
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

  /** A deed in whose steps a node is lost, and what is seen when it is done. */
  async function doneWithout(
    action: string,
    how: Harm,
    lost: LostIn,
  ): Promise<{ seen: unknown; wanted: unknown }> {
    const deed = await deeds[action](scene);
    const accident = new Accident(scene, deed);
    try {
      await accident.happen(how, lost);
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
    it.each<[string, number, Harm]>([
      ['create', 0, 'kill'],
      ['grant', 1, 'freeze'],
    ])(
      'should finish a %s in whose step %s a node is lost: %s',
      async (action, index, how) => {
        const { seen, wanted } = await doneWithout(action, how, {
          index,
          during: 'change',
          node: 3,
          asked: 3,
        });
        expect(seen).toEqual(wanted);
      },
    );
  });

  describe.each<[Harm]>([['freeze'], ['kill']])('%s', how => {
    it.each(Object.keys(deeds))(
      'should finish each step of %s in which a node is lost, and claim nothing before',
      async action => {
        const { plan, isAbout = () => true } = await deeds[action](scene);
        for (const lost of moments(plan.steps, isAbout, how)) {
          const { seen, wanted } = await doneWithout(action, how, lost);
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

/**
 * In the middle of each step's change, and while it is looked at what there is. The node that is asked for the
 * change and is lost is in every other step the only one of its data centre, and in the others one that
 * the change has to reach; where nodes are killed, the other way round.
 */
function moments(
  steps: readonly PlannedStep[],
  isAbout: (step: PlannedStep) => boolean,
  how: Harm,
): LostIn[] {
  return steps.flatMap((step, index) => {
    const node = index % 2 === 0 ? 3 : 2;
    const isAsked = (index % 2 === 0) === (how === 'freeze');
    const lost = { index, node, asked: isAsked ? node : 1 } as const;
    return [
      // What is looked at before is looked at in the same way in every step.
      ...(index === 0 || writesNothing(step) ? ['check' as const] : []),
      ...(writesNothing(step) ? [] : ['change' as const]),
    ].flatMap(during => (isAbout(step) ? [{ ...lost, during }] : []));
  });
}

function writesNothing({ call }: PlannedStep): boolean {
  return call.startsWith('--');
}

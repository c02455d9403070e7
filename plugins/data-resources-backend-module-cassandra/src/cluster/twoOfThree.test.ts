import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { deeds } from './__testUtils__/deeds';
import { all, changed, Scene } from './__testUtils__/Scene';

jest.setTimeout(300_000);

/** What goes on, and what is told, while one of three nodes is away. */
describe('the portal on two of three nodes', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open();
  });
  beforeEach(() => scene.begin());
  afterEach(() => scene?.end());
  afterAll(() => scene?.close());

  it('should go on where the nodes that are left suffice', async () => {
    const object = await scene.existing();
    const plan = await scene.planned('update', object, [], changed);
    await scene.nodes.harm(3, 'kill');
    await scene.nodes.eventually(async () => {
      expect(await scene.portal.execute(object, plan)).toEqual({
        state: 'done',
      });
    });
    await scene.nodes.heal();
    expect(await scene.definitions(object)).toEqual(all([changed]));
  });

  it('should name the node that does not tell of its use', async () => {
    const object = await scene.existing();
    await scene.nodes.harm(3, 'freeze');
    const { unseen } = (
      await scene.portal.provider.inspect([object], scene.portal.context())
    ).get(object.name)!;
    expect(unseen).toEqual([expect.stringContaining('the node 127.0.0.3')]);
  });

  it('should warn of roles that are on one node alone, and wait for it', async () => {
    await scene.cluster.admin(
      `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1, 'dc2': 1}`,
    );
    try {
      const { conditions } = await scene.portal.instance.probe(
        scene.portal.context(),
      );
      expect(conditions).toContainEqual({
        type: 'SystemAuthReplication',
        status: 'warn',
        message: expect.stringContaining(
          `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 2, 'dc2': 1}`,
        ),
      });
      const deed = await deeds.create(scene);
      const journal = new MemoryStepJournal();
      await scene.nodes.harm(2, 'kill');
      const result = await scene.portal.execute(
        deed.object,
        deed.plan,
        journal,
      );
      expect(result).toMatchObject({
        state: 'failed',
        error: {
          retryable: true,
          message: expect.stringMatching(
            /did not answer|Too few nodes|cannot be reached/,
          ),
        },
      });
      await scene.nodes.heal();
      await scene.nodes.eventually(async () => {
        expect(
          await scene.portal.execute(deed.object, deed.plan, journal),
        ).toEqual({ state: 'done' });
      });
      expect(await deed.look()).toEqual(deed.wanted);
    } finally {
      await scene.nodes.heal();
      await scene.cluster.admin(
        `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 2, 'dc2': 1}`,
      );
    }
  });
});

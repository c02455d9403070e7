import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import type { Client } from 'cassandra-driver';
import { createKeyspace } from '../cql/statements';
import { CassandraSession } from '../session/CassandraSession';
import { Deadline } from '../session/Deadline';
import { deeds } from './__testUtils__/deeds';
import { all, changed, Scene, spec } from './__testUtils__/Scene';

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

  it('should tell of a change of the schema once every node has it', async () => {
    const { contactPoints, port, admin } = scene.cluster.description;
    const session = CassandraSession.create({
      name: 'cassandra-test',
      admin: {
        contactPoints,
        port,
        tls: false,
        username: scene.cluster.provisioner,
        password: scene.cluster.password,
        callTimeoutMs: 6_000,
      },
    });
    const asAdmin = (node: 2 | 3, work: (client: Client) => Promise<void>) =>
      scene.nodes.as(node, admin.user, admin.password, work);
    /** A busy machine has nodes lose sight of one another; then the change is no success. */
    const told = async (name: string): Promise<boolean> => {
      try {
        await session.changeSchema(
          createKeyspace({ keyspace: name, ...spec }),
          Deadline.start({ signal: new AbortController().signal }, 6_000),
        );
        return true;
      } catch (error) {
        if (!isProviderError(error) || !error.retryable) {
          throw error;
        }
        return false;
      }
    };
    const seen: number[][] = [];
    try {
      await asAdmin(2, second =>
        asAdmin(3, async third => {
          while (seen.length < 3) {
            const { name } = scene.unmade();
            if (await told(name)) {
              const found = await Promise.all(
                [second, third].map(client =>
                  client.execute(
                    'SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?',
                    [name],
                    { prepare: true },
                  ),
                ),
              );
              seen.push(found.map(({ rows }) => rows.length));
            }
          }
        }),
      );
    } finally {
      await session.close();
    }
    expect(seen).toEqual(all([1, 1]));
  });

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

  it('should tell of a node that refuses what others take', async () => {
    const { conditions } = await scene.portal.instance.probe(
      scene.portal.context(),
    );
    expect(conditions).toContainEqual({
      type: 'GuardrailsDiffer',
      status: 'warn',
      message: expect.stringMatching(
        /columns_per_table_warn_threshold \(nothing on 127\.0\.0\.1:\d+ and 127\.0\.0\.2:\d+, 500 on 127\.0\.0\.3:\d+\)/,
      ),
    });
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
            // The last of a change in which the server could not read what it had to.
            /did not answer|Too few nodes|cannot be reached|did not say whether it made the change/,
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

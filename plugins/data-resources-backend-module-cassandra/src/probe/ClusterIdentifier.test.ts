import { Client } from 'cassandra-driver';
import { Portal } from '../__testUtils__/Portal';
import { TestCluster } from '../__testUtils__/TestCluster';
import { CassandraSession } from '../session/CassandraSession';
import { Deadline } from '../session/Deadline';
import { ClusterIdentifier } from './ClusterIdentifier';
import type { KeptId } from './MetaKeyspace';

jest.setTimeout(60_000);

describe('ClusterIdentifier', () => {
  let cluster: TestCluster;
  let portal: Portal;

  beforeAll(async () => {
    cluster = await TestCluster.create();
    portal = new Portal(cluster.instance());
  });
  afterAll(async () => {
    await portal?.instance.close();
    await cluster?.close();
  });

  /** The statements that one question costs. */
  async function identify() {
    const sent = jest.spyOn(Client.prototype, 'execute');
    try {
      const identity = await portal.instance.identify(portal.context());
      return { identity, statements: sent.mock.calls.length };
    } finally {
      sent.mockRestore();
    }
  }

  it('should ask a node that it knows for its id alone', async () => {
    const { clusterId: id } = await portal.instance.probe(portal.context());
    expect((await identify()).identity).toEqual({ state: 'known', id });
    expect(await identify()).toEqual({
      identity: { state: 'known', id },
      statements: 1,
    });
  });

  it('should ask again what was not told yet, or could not be read', async () => {
    const { contactPoints, port } = cluster.description;
    const session = CassandraSession.create({
      name: 'cassandra-test',
      admin: {
        contactPoints,
        port,
        tls: false,
        username: cluster.provisioner,
        password: cluster.password,
        callTimeoutMs: 5_000,
      },
    });
    try {
      const answers: KeptId[] = [
        { state: 'none' },
        { state: 'hidden', why: 'no permission' },
        { state: 'kept', id: 'drawn' },
      ];
      const identifier = ClusterIdentifier.create({
        session,
        meta: { clusterId: async () => answers.shift()! },
      });
      const ask = () =>
        identifier.identify(
          Deadline.start({ signal: new AbortController().signal }, 5_000),
        );
      expect(await ask()).toMatchObject({ state: 'new' });
      expect(await ask()).toEqual({ state: 'hidden', why: 'no permission' });
      const known = await ask();
      expect(known).toEqual({
        state: 'known',
        id: expect.stringMatching(/\/drawn$/),
      });
      expect(await ask()).toEqual(known);
    } finally {
      await session.close();
    }
  });
});

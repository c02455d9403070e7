import { setTimeout as sleep } from 'node:timers/promises';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
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

  it('should ask nothing on the connections on which it was told', async () => {
    const { clusterId: id } = await portal.instance.probe(portal.context());
    await identify();
    expect(await identify()).toEqual({
      identity: { state: 'known', id },
      statements: 0,
    });
  });

  it('should ask a node that it knows for its id alone on another connection', async () => {
    const { description, provisioner, password } = cluster;
    const proxy = await TcpProxy.create(description);
    const session = CassandraSession.create({
      name: 'cassandra-test',
      admin: {
        contactPoints: [proxy.host],
        port: proxy.port,
        tls: false,
        username: provisioner,
        password,
        callTimeoutMs: 5_000,
      },
    });
    const clusterId = jest.fn(
      async (): Promise<KeptId> => ({ state: 'kept', id: 'drawn' }),
    );
    const identifier = ClusterIdentifier.create({
      session,
      meta: { clusterId },
    });
    const read = jest.spyOn(session, 'read');
    const ask = () =>
      identifier.identify(
        Deadline.start({ signal: new AbortController().signal }, 5_000),
      );
    try {
      const known = await ask();
      expect(await ask()).toEqual(known);
      expect(await ask()).toEqual(known);
      expect(read.mock.calls.length).toBe(1);

      proxy.refuse();
      await eventually(ask, answer => answer === undefined);
      proxy.restore();
      read.mockClear();
      expect(await eventually(ask, answer => answer !== undefined)).toEqual(
        known,
      );
      expect(read).toHaveBeenCalled();
      expect(clusterId).toHaveBeenCalledTimes(1);
    } finally {
      await session.close();
      await proxy.close();
    }
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

/** The answer, or undefined in place of an error, once it is as wanted. */
async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T | undefined) => boolean,
): Promise<T | undefined> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ask().catch(() => undefined);
    if (isWanted(answer)) {
      return answer;
    }
    if (attempt === 50) {
      throw new Error('It was never as wanted');
    }
    await sleep(100);
  }
}

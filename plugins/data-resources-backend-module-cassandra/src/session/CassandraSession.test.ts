import { setTimeout as sleep } from 'node:timers/promises';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import { TestCluster, uniqueName } from '../__testUtils__/TestCluster';
import { createKeyspace, createRole, enableLogin } from '../cql/statements';
import { CassandraSession } from './CassandraSession';
import { Deadline } from './Deadline';

jest.setTimeout(120_000);

describe('CassandraSession', () => {
  let cluster: TestCluster;
  let proxy: TcpProxy;
  let sessions: CassandraSession[];

  beforeAll(async () => {
    cluster = await TestCluster.create();
    proxy = await TcpProxy.create(cluster.description);
  });
  beforeEach(() => {
    sessions = [];
  });
  afterEach(async () => {
    proxy.restore();
    await Promise.all(sessions.map(opened => opened.close()));
  });
  afterAll(async () => {
    await proxy?.close();
    await cluster?.close();
  });

  function session(
    admin: Partial<Parameters<typeof CassandraSession.create>[0]['admin']> = {},
  ): CassandraSession {
    const created = CassandraSession.create({
      name: 'cassandra-test',
      admin: {
        contactPoints: [proxy.host],
        port: proxy.port,
        tls: false,
        username: cluster.provisioner,
        password: cluster.password,
        callTimeoutMs: 3_000,
        ...admin,
      },
    });
    sessions.push(created);
    return created;
  }

  const deadline = (ms = 3_000, signal = new AbortController().signal) =>
    Deadline.start({ signal }, ms);
  const LOCAL = 'SELECT key FROM system.local';

  it('should say Unauthorized with the server’s words when the login is refused', async () => {
    await expect(
      session({ password: 'wrong-Secret' }).read(LOCAL, deadline()),
    ).rejects.toMatchObject({
      reason: 'Unauthorized',
      message: expect.stringMatching(
        new RegExp(
          `username ${cluster.provisioner} and/or password are incorrect.*admin.password`,
        ),
      ),
    });
  });

  it('should say Unreachable with the true cause when nobody listens', async () => {
    const closed = await TcpProxy.create(cluster.description);
    const { port } = closed;
    await closed.close();
    const begin = Date.now();
    await expect(
      session({ port }).read(LOCAL, deadline()),
    ).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${port}`),
    });
    expect(Date.now() - begin).toBeLessThan(2_000);
  });

  it('should leave no socket open, however often a login fails', async () => {
    const wrong = session({ password: 'wrong' });
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(wrong.read(LOCAL, deadline())).rejects.toThrow();
    }
    await eventually(async () => expect(await proxy.connections()).toBe(0));
  });

  it('should leave no socket open after it is closed, twice', async () => {
    const used = session();
    await used.read(LOCAL, deadline());
    expect(await proxy.connections()).toBeGreaterThan(0);
    await used.close();
    await used.close();
    await eventually(async () => expect(await proxy.connections()).toBe(0));
    await expect(used.read(LOCAL, deadline())).rejects.toMatchObject({
      reason: 'Unreachable',
    });
  });

  it('should connect once for many that come at the same time', async () => {
    const shared = session();
    await Promise.all(
      Array.from({ length: 20 }, () => shared.read(LOCAL, deadline())),
    );
    // The driver's own and the one for requests.
    expect(await proxy.connections()).toBeLessThanOrEqual(2);
  });

  it('should wait for the only node that tells of itself, though it is slow', async () => {
    const used = session();
    await used.read(LOCAL, deadline());
    proxy.freeze();
    const asked = used.readFromEveryNode([LOCAL], deadline(), 100);
    await sleep(600);
    proxy.restore();
    expect(await asked).toMatchObject({
      rows: [[{ key: 'local' }]],
      answers: [{ rows: [[{ key: 'local' }]] }],
      silent: [],
    });
    proxy.freeze();
    await expect(
      used.readFromEveryNode([LOCAL], deadline(500), 100),
    ).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringContaining('within 500 ms'),
    });
  });

  it('should give up a server that hangs in time, and not know what became of a write', async () => {
    const used = session();
    await used.read(LOCAL, deadline());
    proxy.freeze();
    const begin = Date.now();
    const [read, write, fresh] = await Promise.allSettled([
      used.read(LOCAL, deadline(1_000)),
      used.write(createRole(uniqueName('never')), deadline(1_000)),
      session().write(createRole(uniqueName('never')), deadline(1_000)),
    ]);
    expect(Date.now() - begin).toBeLessThan(2_500);
    expect(read).toMatchObject({ reason: { reason: 'Unreachable' } });
    expect(write).toMatchObject({ reason: { reason: 'Unknown' } });
    // Without a connection nothing can have been sent.
    expect(fresh).toMatchObject({ reason: { reason: 'Unreachable' } });
  });

  it('should not know what became of a write whose line was cut', async () => {
    const role = uniqueName('cut');
    const used = session();
    await used.read(LOCAL, deadline());
    proxy.cutAfter(1);
    await expect(
      used.write(createRole(role), deadline()),
    ).rejects.toMatchObject({
      reason: 'Unknown',
    });
    proxy.restore();
    await cluster.admin(`DROP ROLE IF EXISTS "${role}"`);
  });

  it('should find its way back after an outage', async () => {
    const used = session();
    await used.read(LOCAL, deadline());
    proxy.refuse();
    await expect(used.read(LOCAL, deadline())).rejects.toMatchObject({
      reason: 'Unreachable',
    });
    proxy.restore();
    await eventually(() => used.read(LOCAL, deadline()));
  });

  it('should stop waiting when the caller aborts', async () => {
    const used = session();
    await used.read(LOCAL, deadline());
    proxy.freeze();
    const abort = new AbortController();
    const reading = used.read(LOCAL, deadline(3_000, abort.signal));
    const begin = Date.now();
    abort.abort();
    await expect(reading).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringContaining('aborted'),
    });
    expect(Date.now() - begin).toBeLessThan(500);
    await expect(
      used.write(createRole('never'), deadline(3_000, abort.signal)),
    ).rejects.toMatchObject({ retryable: true });
  });

  it('should make schema changes one after another and go on when one fails', async () => {
    const used = session();
    const names = Array.from({ length: 4 }, () => uniqueName('serial'));
    const create = (keyspace: string, replicas = 1) =>
      used.changeSchema(
        createKeyspace({
          keyspace,
          replication: { [cluster.description.dataCenter]: replicas },
          durableWrites: true,
        }),
        deadline(30_000),
      );
    const order: string[] = [];
    const results = await Promise.allSettled([
      create(names[0]).finally(() => order.push(names[0])),
      create('not a name').finally(() => order.push('failed')),
      create(names[1]).finally(() => order.push(names[1])),
      create(names[1]).finally(() => order.push('again')),
    ]);
    try {
      expect(order).toEqual([names[0], 'failed', names[1], 'again']);
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'rejected',
      ]);
      expect(results[1]).toMatchObject({ reason: { reason: 'Rejected' } });
      expect(results[3]).toMatchObject({ reason: { reason: 'Conflict' } });
    } finally {
      for (const name of names) {
        await cluster.dropKeyspace(name);
      }
    }
  });

  it('should not begin a schema change for which too little time is left', async () => {
    const used = session();
    await used.read(LOCAL, deadline());
    proxy.freeze();
    const name = uniqueName('late');
    const change = (ms: number) =>
      used.changeSchema(
        createKeyspace({
          keyspace: name,
          replication: { [cluster.description.dataCenter]: 1 },
          durableWrites: true,
        }),
        deadline(ms),
      );
    const first = change(1_500);
    const second = change(1_500);
    await expect(first).rejects.toMatchObject({ reason: 'Unknown' });
    await expect(second).rejects.toMatchObject({ reason: 'Unreachable' });
    proxy.restore();
    // The first was sent and is made after all; the second never was.
    await eventually(async () =>
      expect(await cluster.fingerprint(name)).toBeDefined(),
    );
    await cluster.dropKeyspace(name);
  });

  it('should never tell a verifier, not even of a statement that the server quotes', async () => {
    const hash = `$2a$10$${'S3cretHash'.repeat(5)}abc`;
    const error = await session()
      .write(`${enableLogin('x', hash)} oops`, deadline())
      .catch(reason => reason);
    expect(error.reason).toBe('Rejected');
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain(
      'S3cretHash',
    );
  });
});

async function eventually(assertion: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (attempt === 50) {
        throw error;
      }
      await sleep(100);
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import { freePorts } from '@data-resources/test-engines';
import { OddBroker } from './__testUtils__/OddBroker';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(180_000);

const CALL_TIMEOUT_MS = 6_000;

describe('several addresses of a cluster', () => {
  const instances: EngineInstance[] = [];
  const proxies: TcpProxy[] = [];
  let cluster: TestCluster;

  beforeAll(() => {
    cluster = new TestCluster();
  });

  afterEach(async () => {
    await Promise.all(instances.splice(0).map(each => each.close()));
    await Promise.all(proxies.splice(0).map(each => each.close()));
  });

  afterAll(async () => {
    await cluster?.close();
  });

  function open(
    bootstrapServers: string[],
    admin: { [key: string]: unknown } = {},
  ): EngineInstance {
    const instance = cluster.instance({
      admin: { bootstrapServers, callTimeoutMs: CALL_TIMEOUT_MS, ...admin },
    });
    instances.push(instance);
    return instance;
  }

  async function proxied(): Promise<TcpProxy> {
    const { host, port } = cluster.description;
    const proxy = await TcpProxy.create({ host, port });
    proxies.push(proxy);
    return proxy;
  }

  const addressOf = ({ host, port }: { host: string; port: number }) =>
    `${host}:${port}`;
  const observe = (instance: EngineInstance) =>
    instance
      .provider('kafka-topic')
      .observe([{ name: 'not-there' }], context());

  it.each<[string, () => Promise<string>]>([
    [
      'refuses',
      async () => `127.0.0.1:${(await freePorts(['none'] as const)).none}`,
    ],
    [
      'takes connections and says nothing',
      async () => {
        const proxy = await proxied();
        proxy.freeze();
        return addressOf(proxy);
      },
    ],
    [
      'has a name that does not resolve',
      async () => 'no-such-host.invalid:9092',
    ],
  ])('should be used in turn where the first %s', async (_, first) => {
    const instance = open([await first(), addressOf(cluster.description)]);

    expect((await observe(instance)).get('not-there')?.exists).toBe(false);
  });

  it('should be used when the connected one goes, for reads and for changes', async () => {
    const [first, second] = [await proxied(), await proxied()];
    const instance = open([addressOf(first), addressOf(second)]);
    const login = { username: uniqueName('moved'), password: 'moved-Passw0rd' };
    try {
      await observe(instance);
      await instance.logins.enable(login, context());
      expect(await second.connections()).toBe(0);
      first.refuse();
      await sleep(50);

      await observe(instance);
      await instance.logins.enable(login, context());
      expect(await second.connections()).toBe(2);
    } finally {
      await instance.logins.disable(login, context());
    }
  });

  it('should be used in turn when the connected one hangs, and the one that hangs last', async () => {
    const [first, second] = [await proxied(), await proxied()];
    const instance = open([addressOf(first), addressOf(second)], {
      callTimeoutMs: 1_500,
    });
    await observe(instance);
    first.freeze();

    // What is sent to one that hangs has no answer in its time.
    await expect(observe(instance)).rejects.toMatchObject({
      reason: 'Unreachable',
    });
    await observe(instance);
    expect(await second.connections()).toBe(1);
  });

  it('should be told one by one when none of them answers', async () => {
    const { none } = await freePorts(['none'] as const);
    const frozen = await proxied();
    frozen.freeze();

    await expect(
      observe(
        open([
          `127.0.0.1:${none}`,
          addressOf(frozen),
          'no-such-host.invalid:9092',
        ]),
      ),
    ).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringMatching(
        new RegExp(
          `127\\.0\\.0\\.1:${none}: .*ECONNREFUSED.*; ${frozen.host}:${frozen.port}: .*; no-such-host\\.invalid:9092: .*check admin\\.bootstrapServers`,
        ),
      ),
    });
  });

  it('should not be those of two clusters', async () => {
    const first = await proxied();
    const other = await OddBroker.start({}, undefined, {
      clusterId: 'BBBBBBBBBBBBBBBBBBBBBQ',
      scram: [
        `SCRAM-SHA-512=[name=${cluster.description.provisioner.user},password=${cluster.description.provisioner.password}]`,
      ],
    });
    try {
      const instance = open([addressOf(first), other.bootstrap]);
      const own = await instance.identify(context());
      expect(own).toMatchObject({ state: 'known' });
      instance.bind!((own as { id: string }).id);
      await observe(instance);
      first.refuse();
      await sleep(50);

      // Whatever was found out about the one is not done to the other.
      await expect(observe(instance)).rejects.toMatchObject({
        reason: 'Unreachable',
        message: expect.stringContaining('Another cluster answers'),
      });
      await expect(
        instance.logins.enable(
          { username: 'never', password: 'made-here' },
          context(),
        ),
      ).rejects.toMatchObject({ reason: 'Unreachable' });
      expect(await instance.identify(context())).toEqual({
        state: 'known',
        id: 'BBBBBBBBBBBBBBBBBBBBBQ',
      });
      const there = new TestCluster(other.describe());
      expect(await there.scramUsers(['never'])).toEqual([]);
      await there.close();
    } finally {
      await other.stop();
    }
  });
});

import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { connectionsApiChannel } from '@platformatic/kafka';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(180_000);

const MANY = 600;

/** Looking at many topics costs few requests, and as many as looking at some. */
describe('requests to the cluster', () => {
  let cluster: TestCluster;
  let instance: EngineInstance;
  const prefix = uniqueName('many');
  const names = Array.from(
    { length: MANY },
    (_, index) => `${prefix}.${String(index).padStart(4, '0')}`,
  );

  beforeAll(async () => {
    cluster = new TestCluster();
    instance = cluster.instance();
    await cluster.createTopics(names);
  });

  afterAll(async () => {
    await cluster?.deleteTopics(names);
    await instance?.close();
    await cluster?.close();
  });

  async function counted(look: () => Promise<unknown>): Promise<number> {
    // What opens connections is not counted.
    await instance.probe(context());
    let requests = 0;
    const count = () => {
      requests += 1;
    };
    connectionsApiChannel.start.subscribe(count);
    try {
      await look();
      return requests;
    } finally {
      connectionsApiChannel.start.unsubscribe(count);
    }
  }

  it.each([
    ['observe', 3, 3],
    ['access', 3, 3],
    ['inspect', 15, 20],
  ] as const)(
    'should %s ten topics in %d requests at most, and 600 in %d',
    async (what, mostForTen, mostForAll) => {
      const provider = instance.provider('kafka-topic');
      const look = (some: readonly string[]) =>
        counted(async () => {
          const found = await provider[what](
            some.map(name => ({ name })),
            context(),
          );
          expect(found.size).toBe(some.length);
        });

      expect(await look(names.slice(0, 10))).toBeLessThanOrEqual(mostForTen);
      expect(await look(names)).toBeLessThanOrEqual(mostForAll);
    },
  );

  /** How often something had to be answered before the next was asked for. */
  async function rounds(look: () => Promise<unknown>): Promise<number> {
    let begun = 0;
    let waiting = 0;
    const start = () => {
      begun += waiting === 0 ? 1 : 0;
      waiting += 1;
    };
    const end = () => {
      waiting -= 1;
    };
    connectionsApiChannel.start.subscribe(start);
    connectionsApiChannel.asyncStart.subscribe(end);
    try {
      await look();
      return begun;
    } finally {
      connectionsApiChannel.start.unsubscribe(start);
      connectionsApiChannel.asyncStart.unsubscribe(end);
    }
  }

  it('should look at what is to be created, and at what is ours, in one go', async () => {
    const provider = instance.provider('kafka-topic');
    const desired = { partitions: 1, replicationFactor: 1, config: {} };
    const fresh = [{ name: uniqueName('fresh'), desired }];
    const seen = await provider.observe(
      [{ name: names[0] }, ...fresh],
      context(),
    );
    const { identity } = seen.get(names[0])!;

    expect(await rounds(() => provider.observe(fresh, context()))).toBe(1);
    expect(
      await rounds(() =>
        provider.observe([{ name: names[0], identity }], context()),
      ),
    ).toBe(1);
  });

  it('should discover all of them in one page of few requests', async () => {
    const provider = instance.provider('kafka-topic');
    const requests = await counted(async () => {
      const { items, next } = await provider.discover(
        { after: prefix, limit: MANY },
        context(),
      );
      expect(items.map(({ name }) => name)).toEqual(names);
      // There may be others' topics after ours.
      expect([undefined, names[names.length - 1]]).toContain(next);
    });

    expect(requests).toBeLessThanOrEqual(6);
  });
});

import { TestDatabases } from '@backstage/backend-test-utils';
import { resourceEntityName } from '@data-resources/plugin-data-resources-common';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './__testUtils__/eventually';
import { TestCatalog } from './__testUtils__/TestCatalog';
import { feedResource, TestFeed } from './__testUtils__/TestFeed';

jest.setTimeout(60_000);

/** Long enough for the provider, the processing and the stitching to have done what they would. */
const SETTLED_MS = 3_000;

async function askedAgain(feed: TestFeed): Promise<void> {
  const before = feed.askedAfter.length;
  await eventually(async () =>
    expect(feed.askedAfter.length).toBeGreaterThan(before),
  );
}

describe('catalogModuleDataResources', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18', 'SQLITE_3'] });
  const databaseId = databases.supports('POSTGRES_18')
    ? 'POSTGRES_18'
    : 'SQLITE_3';
  let feed: TestFeed;
  let catalog: TestCatalog;

  async function start(settings?: object): Promise<void> {
    catalog = await TestCatalog.start({
      feed,
      knex: await databases.init(databaseId),
      settings: { ...settings },
    });
  }

  function putMany(count: number): void {
    for (let i = 0; i < count; i++) {
      feed.put(feedResource({ id: `id-${i}`, name: `topic-${i}` }));
    }
  }

  beforeEach(() => {
    feed = new TestFeed();
  });

  afterEach(async () => {
    await catalog.stop();
  });

  it('should show instances and resources within five seconds, with owner, relations and links', async () => {
    await start();
    await eventually(async () =>
      expect(await catalog.names()).toEqual(['kafka-dev']),
    );
    expect(await catalog.entity('kafka-dev')).toMatchObject({
      kind: 'Resource',
      metadata: {
        title: 'Kafka (development)',
        labels: { 'data-resources.backstage.io/environment': 'dev' },
      },
      spec: { type: 'kafka-instance', owner: 'group:default/platform' },
      relations: [{ type: 'ownedBy', targetRef: 'group:default/platform' }],
    });

    feed.put(
      feedResource({
        id: 'abc',
        description: 'What was settled',
        system: 'system:default/payments',
        tags: ['billing', 'Not legal!', 'a b', 'billing', 'c++'],
        principals: [
          { principal: 'component:default/payments-worker', role: 'producer' },
          { principal: 'component:default/shipping-worker', role: 'consumer' },
          { principal: 'component:default/payments-api', role: 'admin' },
        ],
      }),
    );
    await eventually(
      async () =>
        expect(
          await catalog.entity('kafka-dev.payments.settled'),
        ).toBeDefined(),
      5_000,
    );
    const entity = await catalog.entity('kafka-dev.payments.settled');
    expect(entity).toMatchObject({
      metadata: {
        name: 'kafka-dev.payments.settled',
        title: 'payments.settled',
        description: 'What was settled',
        tags: ['billing', 'c++'],
        annotations: {
          'backstage.io/managed-by-location': 'data-resources:resources/abc',
          'data-resources.backstage.io/resource-id': 'abc',
          'data-resources.backstage.io/instance': 'kafka-dev',
          'data-resources.backstage.io/environment': 'dev',
          'data-resources.backstage.io/engine': 'kafka',
        },
        links: [{ url: 'http://portal.test/data-resources/abc' }],
      },
      spec: { type: 'kafka-topic', owner: 'group:default/payments' },
    });
    expect(
      entity?.relations?.map(({ type, targetRef }) => `${type} ${targetRef}`),
    ).toEqual([
      'consumedBy component:default/shipping-worker',
      'dependencyOf component:default/payments-api',
      'dependencyOf component:default/payments-worker',
      'dependencyOf component:default/shipping-worker',
      'dependsOn resource:default/kafka-dev',
      'ownedBy group:default/payments',
      'partOf system:default/payments',
      'producedBy component:default/payments-api',
      'producedBy component:default/payments-worker',
    ]);
  });

  it('should show a change, and drop what is deleted', async () => {
    feed.put(feedResource({ id: 'a', name: 'a' }));
    feed.put(feedResource({ id: 'b', name: 'b' }));
    await start();
    await eventually(async () =>
      expect(await catalog.names()).toEqual([
        'kafka-dev',
        'kafka-dev.a',
        'kafka-dev.b',
      ]),
    );
    feed.put(feedResource({ id: 'a', name: 'a', description: 'Changed' }));
    feed.delete('b');
    await eventually(async () => {
      expect(await catalog.names()).toEqual(['kafka-dev', 'kafka-dev.a']);
      expect((await catalog.entity('kafka-dev.a'))?.metadata.description).toBe(
        'Changed',
      );
    });
  });

  it('should hand an entity over to the new resource of a name that was deleted', async () => {
    feed.put(feedResource({ id: 'old' }));
    await start();
    await eventually(async () =>
      expect(await catalog.entity('kafka-dev.payments.settled')).toBeDefined(),
    );
    feed.delete('old');
    feed.put(feedResource({ id: 'new' }));
    await eventually(async () =>
      expect(
        (
          await catalog.entity('kafka-dev.payments.settled')
        )?.metadata.annotations,
      ).toMatchObject({ 'data-resources.backstage.io/resource-id': 'new' }),
    );
  });

  it('should not show what was never ready, and keep what is being changed or taken down', async () => {
    feed.put(feedResource({ id: 'a', name: 'never', phase: 'provisioning' }));
    feed.put(feedResource({ id: 'b', name: 'failed', phase: 'failed' }));
    feed.put(feedResource({ id: 'c', name: 'degraded', phase: 'degraded' }));
    feed.put(feedResource({ id: 'd', name: 'ready' }));
    await start({ fullSyncInterval: { seconds: 2 } });
    const expected = ['kafka-dev', 'kafka-dev.degraded', 'kafka-dev.ready'];
    await eventually(async () =>
      expect(await catalog.names()).toEqual(expected),
    );
    feed.put(feedResource({ id: 'd', name: 'ready', phase: 'deleting' }));
    feed.put(feedResource({ id: 'c', name: 'degraded', phase: 'failed' }));
    await sleep(SETTLED_MS);
    expect(await catalog.names()).toEqual(expected);
    feed.delete('d');
    feed.put(feedResource({ id: 'a', name: 'never', phase: 'ready' }));
    await eventually(async () =>
      expect(await catalog.names()).toEqual([
        'kafka-dev',
        'kafka-dev.degraded',
        'kafka-dev.never',
      ]),
    );
  });

  it('should keep apart names that differ by case', async () => {
    feed.put(feedResource({ id: 'lower', name: 'orders' }));
    feed.put(feedResource({ id: 'upper', name: 'Orders' }));
    await start();
    const upper = resourceEntityName('kafka-dev', 'Orders');
    await eventually(async () =>
      expect(await catalog.names()).toEqual([
        'kafka-dev',
        'kafka-dev.orders',
        upper,
      ]),
    );
    expect((await catalog.entity(upper))?.metadata.title).toBe('Orders');
  });

  it('should read a feed of many pages', async () => {
    feed.pageSize = 7;
    putMany(30);
    await start();
    await eventually(async () =>
      expect(await catalog.names()).toHaveLength(31),
    );
  });

  it('should remove nothing while the feed fails in whatever way, and go on afterwards', async () => {
    putMany(3);
    await start({ fullSyncInterval: { seconds: 1 } });
    await eventually(async () => expect(await catalog.names()).toHaveLength(4));
    feed.failure = 'unavailable';
    feed.delete('id-0');
    for (const failure of [
      'unavailable',
      'closes-connections',
      'answers-html',
    ] as const) {
      feed.failure = failure;
      await askedAgain(feed);
    }
    await sleep(SETTLED_MS);
    expect(await catalog.names()).toHaveLength(4);
    // Once for the whole outage.
    expect(
      catalog.logged.filter(line => line.includes('could not be read')),
    ).toHaveLength(1);

    feed.failure = undefined;
    await eventually(async () => expect(await catalog.names()).toHaveLength(3));
  });

  it('should remove what is missing from a full synchronisation, up to the limit', async () => {
    putMany(30);
    await start({ fullSyncInterval: { seconds: 2 } });
    await eventually(async () =>
      expect(await catalog.names()).toHaveLength(31),
    );
    // A few: 10 of 31.
    feed.forget(...Array.from({ length: 10 }, (_, i) => `id-${i}`));
    await eventually(async () =>
      expect(await catalog.names()).toHaveLength(21),
    );
    expect(catalog.logged).toEqual([]);
    // Too many: 15 of 21. What is new or deleted still counts.
    feed.forget(...Array.from({ length: 15 }, (_, i) => `id-${i + 10}`));
    feed.delete('id-29');
    feed.put(feedResource({ id: 'new', name: 'new' }));
    await sleep(SETTLED_MS);
    expect(await catalog.names()).toHaveLength(21);
    expect(await catalog.entity('kafka-dev.topic-10')).toBeDefined();
    expect(await catalog.entity('kafka-dev.topic-29')).toBeUndefined();
    expect(await catalog.entity('kafka-dev.new')).toBeDefined();
    expect(catalog.logged.join()).toContain('lacks 15 of 2');
  });

  it('should remove as many as are reported as deleted', async () => {
    putMany(30);
    await start({ fullSyncInterval: { seconds: 2 } });
    await eventually(async () =>
      expect(await catalog.names()).toHaveLength(31),
    );
    for (let i = 0; i < 30; i++) {
      feed.delete(`id-${i}`);
    }
    await eventually(async () =>
      expect(await catalog.names()).toEqual(['kafka-dev']),
    );
    expect(catalog.logged).toEqual([]);
  });

  it('should not empty the catalog when the backend starts anew against an empty feed', async () => {
    putMany(30);
    const knex = await databases.init(databaseId);
    catalog = await TestCatalog.start({ feed, knex });
    await eventually(async () =>
      expect(await catalog.names()).toHaveLength(31),
    );
    await catalog.stop();

    feed = new TestFeed();
    feed.instances = [];
    catalog = await TestCatalog.start({ feed, knex });
    await eventually(async () =>
      expect(catalog.logged.join()).toContain('lacks 31 of 31'),
    );
    await sleep(SETTLED_MS);
    expect(await catalog.names()).toHaveLength(31);
  });

  it('should show an instance that is added, and drop one that is not configured any more', async () => {
    await start();
    await eventually(async () =>
      expect(await catalog.names()).toEqual(['kafka-dev']),
    );
    feed.instances = [
      { ...feed.instances[0], name: 'kafka-prod', environment: 'prod' },
    ];
    await eventually(async () =>
      expect(await catalog.names()).toEqual(['kafka-prod']),
    );
  });

  it('should ask only for what is new', async () => {
    putMany(3);
    await start();
    await eventually(async () =>
      expect(
        feed.askedAfter.filter(after => after === 3).length,
      ).toBeGreaterThan(2),
    );
    expect(feed.askedAfter.filter(after => after === 0)).toHaveLength(1);
  });
});

import { TestDatabases } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import {
  deliveredTemplate,
  templateWithPairs,
} from './__testUtils__/templates';
import { TestApi } from './__testUtils__/TestApi';
import { TestScaffolder } from './__testUtils__/TestScaffolder';

jest.setTimeout(60_000);

const NAMES = ['kafka-topic', 'cassandra-keyspace', 'postgres-database'];

/** As the forms give them: every field filled in, or only what is needed. */
const FULL: Record<string, JsonObject> = {
  'kafka-topic': {
    instance: 'resource:default/kafka-dev',
    name: 'payments.settled',
    spec: {
      partitions: 6,
      replicationFactor: 1,
      config: { 'cleanup.policy': 'compact', 'retention.ms': '604800000' },
      brokers: [1, 2],
      prefix: 'payments.settled.',
    },
  },
  'cassandra-keyspace': {
    instance: 'resource:default/cassandra-dev',
    name: 'payments',
    spec: {
      replication: { dc1: 3, 'DC 2': 2 },
      durableWrites: false,
      schema: 'CREATE TABLE settled (\n  id uuid PRIMARY KEY\n);',
    },
  },
  'postgres-database': {
    instance: 'resource:default/postgres-dev',
    name: 'payments',
    spec: {
      connectionLimit: 20,
      extensions: ['pgcrypto', 'uuid-ossp'],
      locale: 'en_US.UTF-8',
      schemas: ['sales'],
    },
  },
};
const WHOSE: JsonObject = {
  owner: 'group:default/payments',
  system: 'system:default/payments',
  description: 'Settled: "yes" & ${{ parameters.owner }}',
  grants: [
    { principal: 'component:default/payments-api', role: 'writer' },
    { principal: 'component:default/payments-worker', role: 'reader' },
  ],
  reason: 'For the new checkout',
};
const EXPECTED: Record<string, JsonObject> = {
  'kafka-topic': {
    action: 'create',
    type: 'kafka-topic',
    instance: 'kafka-dev',
    name: 'payments.settled',
    spec: FULL['kafka-topic'].spec,
  },
  'cassandra-keyspace': {
    action: 'create',
    type: 'cassandra-keyspace',
    instance: 'cassandra-dev',
    name: 'payments',
    spec: FULL['cassandra-keyspace'].spec,
  },
  'postgres-database': {
    action: 'create',
    type: 'postgres-database',
    instance: 'postgres-dev',
    name: 'payments',
    spec: FULL['postgres-database'].spec,
  },
};
const SPARSE: Record<string, [values: JsonObject, spec: JsonObject]> = {
  'kafka-topic': [
    { spec: { partitions: 1, replicationFactor: 1 } },
    { partitions: 1, replicationFactor: 1 },
  ],
  'cassandra-keyspace': [
    { spec: { replication: { dc1: 1 } } },
    { replication: { dc1: 1 } },
  ],
  'postgres-database': [{ spec: {} }, {}],
};

function grantsOf(name: string): JsonObject[] {
  return name === 'kafka-topic'
    ? [{ principal: 'component:default/payments-api', role: 'producer' }]
    : (WHOSE.grants as JsonObject[]);
}

describe('templates', () => {
  let api: TestApi;
  let scaffolder: TestScaffolder;

  // Before the databases are registered, which end in the same order.
  afterAll(async () => {
    await scaffolder.stop();
  });

  const databases = TestDatabases.create({ ids: ['POSTGRES_18', 'SQLITE_3'] });

  beforeAll(async () => {
    api = new TestApi();
    scaffolder = await TestScaffolder.start({
      api,
      knex: await databases.init(
        databases.supports('POSTGRES_18') ? 'POSTGRES_18' : 'SQLITE_3',
      ),
      templates: [
        ...NAMES.map(deliveredTemplate),
        templateWithPairs('of-our-own'),
      ],
    });
  });

  beforeEach(() => {
    api.calls.length = 0;
  });

  it.each(NAMES)('should send what the form of %s says', async name => {
    const grants = grantsOf(name);
    const task = await scaffolder.run(name, {
      ...FULL[name],
      ...WHOSE,
      grants,
    });
    expect(task).toMatchObject({ status: 'completed' });
    expect(api.calls).toEqual([
      {
        path: '/v1/requests',
        user: 'user:default/dev',
        idempotencyKey: expect.stringContaining(task.id),
        body: { ...EXPECTED[name], ...WHOSE, grants },
      },
    ]);
    expect(task.output).toMatchObject({
      links: [
        {
          title: 'Open the request',
          url: expect.stringMatching(
            /^\/data-resources\/requests\/request-\d+$/,
          ),
        },
      ],
      text: [{ content: expect.stringContaining('**pending**') }],
    });
  });

  it.each(NAMES)(
    'should leave out what the form of %s leaves empty',
    async name => {
      const { instance, name: resourceName } = FULL[name];
      const [values, spec] = SPARSE[name];
      const task = await scaffolder.run(name, {
        instance,
        name: resourceName,
        owner: 'group:default/payments',
        description: '',
        grants: [],
        ...values,
      });
      expect(task).toMatchObject({ status: 'completed' });
      const { action, type, instance: instanceName } = EXPECTED[name];
      expect(api.calls.map(({ body }) => body)).toEqual([
        {
          action,
          type,
          instance: instanceName,
          name: resourceName,
          owner: 'group:default/payments',
          spec,
        },
      ]);
    },
  );

  it.each([
    ['kafka-topic', 'name', '..'],
    ['kafka-topic', 'name', 'a b'],
    ['kafka-topic', 'name', 'ö'],
    ['kafka-topic', 'name', 'a'.repeat(250)],
    ['kafka-topic', 'spec', undefined],
    ['kafka-topic', 'spec', 'partitions: 3'],
    ['cassandra-keyspace', 'name', 'pay-ments'],
    ['cassandra-keyspace', 'name', 'a'.repeat(49)],
    ['cassandra-keyspace', 'spec', undefined],
    ['cassandra-keyspace', 'spec', 'replication: dc1'],
    ['postgres-database', 'name', 'Payments'],
    ['postgres-database', 'name', 'a"; DROP DATABASE b'],
    ['postgres-database', 'name', 'a'.repeat(58)],
    ['postgres-database', 'spec', undefined],
    ['postgres-database', 'spec', ['pgcrypto']],
  ])(
    'should refuse in the form of %s that %s is %j',
    async (name, field, value) => {
      await expect(
        scaffolder.run(name, {
          ...FULL[name],
          ...WHOSE,
          grants: [],
          [field]: value,
        }),
      ).rejects.toThrow(/^400 /);
      expect(api.calls).toEqual([]);
    },
  );

  it('should make an object of the pairs that a form of somebody’s own has', async () => {
    const task = await scaffolder.run('of-our-own', {
      replication: [
        { dataCenter: 'dc1', replicas: 3 },
        { dataCenter: 'DC 2', replicas: 2 },
      ],
    });
    expect(task).toMatchObject({ status: 'completed' });
    expect(api.calls).toMatchObject([
      { body: { spec: { replication: { dc1: 3, 'DC 2': 2 } } } },
    ]);
  });

  it.each([
    ['a data centre that is given twice', 'dc1'],
    ['a pair without a data centre', ''],
  ])('should refuse %s', async (_, dataCenter) => {
    const task = await scaffolder.run('of-our-own', {
      replication: [
        { dataCenter: 'dc1', replicas: 1 },
        { dataCenter, replicas: 2 },
      ],
    });
    expect(task.status).toBe('failed');
    expect(task.log).toContain('spec.replication could not be worked out');
    expect(api.calls).toEqual([]);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import {
  generatePassword,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  Inspection,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { kafkaConsumerGroups } from '@data-resources/test-engines';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { javaTransaction } from './__testUtils__/javaTransaction';
import { openConsumer } from './__testUtils__/openConsumer';
import { PlainClients } from './__testUtils__/PlainClients';
import {
  context,
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

const LONG_AGO = Date.UTC(2020, 1, 1);
const spec = {
  partitions: 2,
  replicationFactor: 1,
  config: { 'retention.ms': '-1' },
};

/** Who uses a topic, as Kafka's own tools tell it too. */
describe('live use of a topic', () => {
  let cluster: TestCluster;
  let clients: PlainClients;
  let instance: EngineInstance;
  let subject: Subject;
  let producer: PlannedGrant;
  let consumer: PlannedGrant;

  beforeEach(async () => {
    cluster = new TestCluster();
    clients = new PlainClients(cluster.description.bootstrap);
    instance = cluster.instance();
    subject = { name: uniqueName('use') };
    const principal = `component:default/${uniqueName('user')}`;
    const login = loginSlots({
      principal,
      environment: 'test',
      installationId: INSTALLATION_ID,
    });
    [producer, consumer] = ['producer', 'consumer'].map(role => ({
      principal,
      role,
      login,
    }));
    const plan = await planFor(instance, subject, 'create', {
      spec,
      add: [producer, consumer],
    });
    await execute(instance, [{ subject, plan }]);
  });

  afterEach(async () => {
    await cluster.cleanUp(subject.name, [producer.login.a, producer.login.b]);
    await instance.close();
    await cluster.close();
  });

  async function inspect(): Promise<Inspection> {
    const found = await instance
      .provider('kafka-topic')
      .inspect([subject], context());
    return found.get(subject.name)!;
  }

  async function logIn() {
    const login = { user: producer.login.a, password: generatePassword() };
    await instance.logins.enable(
      { username: login.user, password: login.password },
      context(),
    );
    return login;
  }

  it.each(['classic', 'consumer'] as const)(
    'should tell the members and the lag of a group of the %s protocol',
    async protocol => {
      const group = `${consumer.login.base}.${protocol}`;
      await cluster.write(subject.name, ['1', '2', '3'], LONG_AGO);
      const reader = await openConsumer({
        bootstrap: cluster.description.bootstrap,
        login: await logIn(),
        topic: subject.name,
        group,
        protocol,
      });
      try {
        await until(() => reader.read.length === 3);
        const [user, ...others] = await untilFound(async () =>
          (await inspect()).users.filter(({ kind }) => kind !== 'producer'),
        );
        expect(others).toEqual([]);
        expect(user).toMatchObject({
          name: group,
          kind: 'consumer group',
          count: 1,
        });
        expect(user.detail).toContain(producer.login.a);
        expect(
          await kafkaConsumerGroups([
            '--describe',
            '--members',
            '--group',
            group,
          ]),
        ).toContain(producer.login.a);
      } finally {
        await reader.end();
      }
      await cluster.write(subject.name, ['4', '5'], LONG_AGO);

      const { users, measures } = await inspect();
      expect(users).toEqual([]);
      expect(valueOf(measures, 'idle-groups')).toBe(1);
      expect(valueOf(measures, 'lag', { group })).toBe(
        await lagByTool(group, subject.name),
      );
      expect(
        measures
          .filter(({ name }) => name === 'partition-lag')
          .reduce((sum, { value }) => sum + value, 0),
      ).toBe(valueOf(measures, 'lag', { group }));
    },
  );

  it('should tell size, records and when the last one was written', async () => {
    expect(await inspect()).toMatchObject({ users: [], unseen: [] });
    expect((await inspect()).lastUsedAt).toBeUndefined();

    await cluster.write(subject.name, ['a'.repeat(1_000), 'b', 'c'], LONG_AGO);
    const old = await inspect();
    expect(old.users).toEqual([]);
    expect(old.lastUsedAt).toBe(new Date(LONG_AGO).toISOString());
    expect(valueOf(old.measures, 'records')).toBe(3);
    expect(valueOf(old.measures, 'size')).toBeGreaterThan(1_000);
    expect(valueOf(old.measures, 'produce-rate')).toBe(0);

    const before = Date.now();
    await cluster.write(subject.name, ['d'], before);
    const fresh = await inspect();
    expect(fresh.lastUsedAt).toBe(new Date(before).toISOString());
    expect(fresh.users).toEqual([
      {
        name: 'producers',
        kind: 'producer',
        count: 1,
        detail: 'at least one without an id: 1 records in the last 5 minutes',
      },
    ]);
    expect(valueOf(fresh.measures, 'produce-rate')).toBeCloseTo(1 / 300);
  });

  it('should not believe a record that claims to be from tomorrow', async () => {
    await cluster.write(subject.name, ['early'], Date.now() + 10 * 60_000);
    const { lastUsedAt } = await inspect();

    expect(Date.parse(lastUsedAt!)).toBeLessThanOrEqual(Date.now());
  });

  it('should count producers, and name those that have a transactional id', async () => {
    const login = await logIn();
    await clients.produce(login, subject.name, 'idempotent');
    expect((await inspect()).users).toMatchObject([
      { name: 'producers', kind: 'producer', count: 1 },
    ]);

    const transactionalId = `${producer.login.base}.orders`;
    await javaTransaction(cluster.description, {
      ...login,
      topic: subject.name,
      transactionalId,
    });
    expect((await inspect()).users).toMatchObject([
      { name: 'producers', kind: 'producer', count: 1 },
      { name: transactionalId, kind: 'transactional producer', count: 1 },
    ]);
  });
});

function valueOf(
  measures: Inspection['measures'],
  name: string,
  labels?: { [label: string]: string },
): number | undefined {
  return measures.find(
    measure =>
      measure.name === name &&
      (!labels || JSON.stringify(measure.labels) === JSON.stringify(labels)),
  )?.value;
}

/** The sum of the column LAG. */
async function lagByTool(group: string, topic: string): Promise<number> {
  const lines = (await kafkaConsumerGroups(['--describe', '--group', group]))
    .split('\n')
    .map(line => line.trim().split(/\s+/));
  const header = lines.find(([first]) => first === 'GROUP')!;
  const at = header.indexOf('LAG');
  return lines
    .filter(([first, second]) => first === group && second === topic)
    .reduce((sum, line) => sum + (Number(line[at]) || 0), 0);
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 200; tries += 1) {
    await sleep(100);
  }
  expect(isSo()).toBe(true);
}

/** A coordinator shows a member a moment after it has begun to read. */
async function untilFound<T>(look: () => Promise<T[]>): Promise<T[]> {
  let found: T[] = [];
  for (let tries = 0; found.length === 0 && tries < 50; tries += 1) {
    found = await look();
    await sleep(100);
  }
  return found;
}

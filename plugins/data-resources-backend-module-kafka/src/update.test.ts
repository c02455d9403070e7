import { generatePassword } from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  ProviderError,
  StepCall,
} from '@data-resources/plugin-data-resources-node';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import { kafkaTopics } from '@data-resources/test-engines';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';
import type { KafkaTopicSpec } from './topic/KafkaTopicSpec';

jest.setTimeout(60_000);

const spec: KafkaTopicSpec = {
  partitions: 2,
  replicationFactor: 1,
  config: { 'retention.ms': '86400000', 'cleanup.policy': 'delete' },
};

describe('changing topics', () => {
  let cluster: TestCluster;
  let proxy: TcpProxy;
  const instances: EngineInstance[] = [];
  const topics: string[] = [];

  beforeAll(async () => {
    cluster = new TestCluster();
    const { host, port } = cluster.description;
    proxy = await TcpProxy.create({ host, port });
  });

  afterEach(async () => {
    proxy.restore();
    await Promise.all(instances.splice(0).map(each => each.close()));
    for (const name of topics.splice(0)) {
      await cluster.cleanUp(name, []);
    }
  });

  afterAll(async () => {
    await proxy?.close();
    await cluster?.close();
  });

  function open(admin: { [key: string]: unknown } = {}): EngineInstance {
    const instance = cluster.instance({ admin });
    instances.push(instance);
    return instance;
  }

  async function create(
    instance: EngineInstance,
    count = 1,
  ): Promise<Subject[]> {
    const work = await Promise.all(
      Array.from({ length: count }, async () => {
        const subject: Subject = { name: uniqueName('update') };
        topics.push(subject.name);
        const plan = await planFor(instance, subject, 'create', { spec });
        return { subject, plan };
      }),
    );
    await execute(instance, work);
    return work.map(({ subject }) => subject);
  }

  it("should be done as Kafka's own tools see it, and touch nothing else", async () => {
    const instance = open();
    const [subject] = await create(instance);
    await cluster.alterTopic(subject.name, { 'max.message.bytes': '900000' });
    const desired = {
      ...spec,
      partitions: 5,
      config: { 'retention.ms': '3600000', 'min.insync.replicas': '1' },
    };
    const plan = await planFor(instance, subject, 'update', {
      spec: desired,
      current: spec,
    });

    expect(
      plan.findings.map(({ effect, policy }) => `${effect} ${policy}`),
    ).toEqual([
      'warn kafka/partition-growth',
      'info kafka/config-reset',
      'warn kafka/data-loss',
    ]);
    expect(await execute(instance, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);

    const seen = await kafkaTopics(['--describe', '--topic', subject.name]);
    expect(seen).toContain(`TopicId: ${subject.identity?.topicId}`);
    expect(seen).toContain('PartitionCount: 5');
    expect(seen).not.toContain('Leader: none');
    expect((await cluster.topic(subject.name))?.config).toEqual({
      'retention.ms': '3600000',
      'min.insync.replicas': '1',
      'max.message.bytes': '900000',
    });
    const again = await planFor(instance, subject, 'update', {
      spec: desired,
      current: desired,
    });
    expect(again.changes).toEqual([]);
  });

  it('should refuse before approval what only the broker knows to be wrong', async () => {
    const instance = open();
    const [subject] = await create(instance);
    // Above Kafka's own least value, which differs from version to version.
    const config = { ...spec.config, 'segment.bytes': '1000' };
    const plan = await planFor(instance, subject, 'update', {
      spec: { ...spec, partitions: 3, config },
      current: spec,
    });

    expect(
      plan.findings.filter(({ effect }) => effect === 'deny'),
    ).toMatchObject([{ policy: 'kafka/topic-config', path: 'spec.config' }]);
    expect(
      plan.findings.find(({ effect }) => effect === 'deny')?.message,
    ).toContain('segment.bytes');
    expect(await cluster.topic(subject.name)).toMatchObject({
      partitions: 2,
      config: spec.config,
    });
  });

  it('should change the good ones of a batch and name the others', async () => {
    const instance = open();
    const subjects = await create(instance, 30);
    const [bad, replaced, ...good] = subjects;
    const work = await Promise.all(
      subjects.map(async subject => ({
        subject,
        plan: await planFor(instance, subject, 'update', {
          spec: {
            ...spec,
            partitions: 3,
            config: {
              ...spec.config,
              'retention.ms': subject === bad ? 'long' : '90000000',
            },
          },
          current: spec,
        }),
      })),
    );
    await cluster.deleteTopic(replaced.name);
    await cluster.createTopic(replaced.name);
    const results = await execute(instance, work);

    expect(results.slice(0, 2)).toMatchObject([
      { state: 'failed', error: { reason: 'Rejected' } },
      { state: 'failed', error: { reason: 'Conflict' } },
    ]);
    expect(results.slice(2)).toEqual(good.map(() => ({ state: 'done' })));
    for (const { name } of good) {
      expect(await cluster.topic(name)).toMatchObject({
        ready: true,
        partitions: 3,
        config: { 'retention.ms': '90000000' },
      });
    }
    expect(await cluster.topic(replaced.name)).toMatchObject({
      partitions: 1,
      config: {},
    });
    expect(await cluster.topic(bad.name)).toMatchObject({ partitions: 2 });
  });

  describe('when the answer is lost', () => {
    it.each([
      ['add-partitions', { partitions: 4 }],
      ['alter-configs', { set: { 'retention.ms': '5' }, reset: [] }],
    ])('should find the effect of %s', async (kind, args) => {
      const instance = open({
        bootstrapServers: `${proxy.host}:${proxy.port}`,
      });
      const [{ name, identity }] = await create(instance);
      const provider = instance.provider('kafka-topic');
      const step: StepCall = {
        key: name,
        object: { name, identity },
        kind,
        args,
      };
      expect((await provider.check([step], context())).get(name)?.state).toBe(
        'pending',
      );
      // The connection for changes is open, so that the change is the next thing sent.
      await writeSomething(instance);
      proxy.cutAfter(1);
      const answers = await provider
        .act([{ ...step, intent: { attempt: 1, evidence: {} } }], context())
        .catch((error: ProviderError) => new Map([[name, error]]));
      expect(answers.get(name)).toMatchObject({ reason: 'Unknown' });
      proxy.restore();

      for (let tries = 0; ; tries += 1) {
        const check = (await provider.check([step], context())).get(name);
        if (check?.state === 'satisfied') {
          break;
        }
        expect(tries).toBeLessThan(200);
        await new Promise(resolve => {
          setTimeout(resolve, 25);
        });
      }
    });
  });

  it('should leave a topic that has more partitions by now', async () => {
    const instance = open();
    const [{ name, identity }] = await create(instance);
    const provider = instance.provider('kafka-topic');
    const to = (partitions: number): StepCall => ({
      key: name,
      object: { name, identity },
      kind: 'add-partitions',
      args: { partitions },
    });

    const readBack = new Map([[name, { state: 'satisfied' }]]);
    expect(await provider.act([to(4)], context())).toEqual(readBack);
    // Twice, as after a check that a broker answered from yesterday's knowledge.
    expect(await provider.act([to(4)], context())).toEqual(readBack);
    expect(await provider.act([to(3)], context())).toEqual(readBack);
    expect((await provider.check([to(3)], context())).get(name)).toEqual({
      state: 'satisfied',
    });
    expect((await provider.check([to(5)], context())).get(name)).toEqual({
      state: 'pending',
      evidence: {},
    });
    expect(await cluster.topic(name)).toMatchObject({ partitions: 4 });
  });

  it('should see at a glance which of many topics have drifted', async () => {
    const instance = open();
    const subjects = await create(instance, 12);
    await cluster.alterTopic(subjects[3].name, { 'retention.ms': undefined });
    const provider = instance.provider('kafka-topic');
    const [seen, probe] = await Promise.all([
      provider.observe(
        subjects.map(({ name, identity }) => ({ name, identity })),
        context(),
      ),
      instance.probe(context()),
    ]);
    const drift = subjects.map(
      ({ name, identity }) =>
        provider.plan({
          action: 'update',
          object: { name, identity },
          desired: spec,
          current: spec,
          grants: { add: [], remove: [], keep: [] },
          observed: seen.get(name)!,
          instance: probe,
        }).changes,
    );

    expect(drift.map(changes => changes.length)).toEqual([
      0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
    expect(drift[3]).toEqual([
      {
        path: 'config.retention.ms',
        from: undefined,
        to: '86400000',
        kind: 'destructive',
      },
    ]);
  });
});

/** A change that leaves nothing behind: a login that is made and removed. */
async function writeSomething(instance: EngineInstance): Promise<void> {
  const username = uniqueName('nobody');
  await instance.logins.enable(
    { username, password: generatePassword() },
    context(),
  );
  await instance.logins.disable({ username }, context());
}

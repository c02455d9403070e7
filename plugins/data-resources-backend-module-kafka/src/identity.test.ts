import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { kafkaTopics } from '@data-resources/test-engines';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(60_000);

const spec = {
  partitions: 2,
  replicationFactor: 1,
  config: { 'retention.ms': '86400000' },
};

/** A topic is what its id says, however much another one looks like it. */
describe('a topic that somebody deleted and made anew', () => {
  let cluster: TestCluster;
  let instance: EngineInstance;
  let subject: Subject;
  let stranger: string | undefined;

  beforeAll(async () => {
    cluster = new TestCluster();
    instance = cluster.instance();
    subject = { name: uniqueName('identity') };
    const plan = await planFor(instance, subject, 'create', { spec });
    await execute(instance, [{ subject, plan }]);
    await cluster.deleteTopic(subject.name);
    await kafkaTopics([
      ...['--create', '--topic', subject.name, '--partitions', '2'],
      ...['--replication-factor', '1', '--config', 'retention.ms=86400000'],
    ]);
    stranger = await topicId();
  });

  afterAll(async () => {
    await cluster?.cleanUp(subject.name, []);
    await instance?.close();
    await cluster?.close();
  });

  async function topicId(): Promise<string | undefined> {
    const seen = await kafkaTopics(['--describe', '--topic', subject.name]);
    return /TopicId: (\S+)/.exec(seen)?.[1];
  }

  it('should be seen as another one', async () => {
    const { name, identity } = subject;
    const seen = await instance
      .provider('kafka-topic')
      .observe([{ name, identity }], context());

    expect(stranger).toMatch(/^[\w-]{22}$/);
    expect(seen.get(name)).toMatchObject({
      exists: true,
      ours: false,
      identity: { topicId: stranger },
      spec,
    });
    expect(identity?.topicId).not.toBe(stranger);
  });

  it('should be changed by no plan', async () => {
    const plan = await planFor(instance, subject, 'update', {
      spec: { ...spec, partitions: 4 },
      current: spec,
    });

    expect(plan).toMatchObject({
      changes: [],
      steps: [],
      findings: [{ policy: 'kafka/topic-missing', effect: 'deny' }],
    });
    expect(plan.findings[0].message).toContain(stranger);
  });

  it.each([
    ['alter-configs', { set: { 'retention.ms': '5' }, reset: [] }],
    ['add-partitions', { partitions: 4 }],
    ['reassign', { replicas: [[1], [1]] }],
    ['grant', { acls: [] }],
  ])(
    'should be refused by a %s that was approved for ours',
    async (kind, args) => {
      const { name, identity } = subject;
      const checks = await instance
        .provider('kafka-topic')
        .check(
          [{ key: name, object: { name, identity }, kind, args }],
          context(),
        );

      expect(checks.get(name)).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict', retryable: false },
      });
    },
  );

  it('should outlive the deletion of ours', async () => {
    const plan = await planFor(instance, subject, 'delete', { current: spec });

    expect(await execute(instance, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);
    expect(await topicId()).toBe(stranger);
  });
});

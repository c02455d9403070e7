import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { context, TestCluster, uniqueName } from './__testUtils__/TestCluster';
import { checkedTopicKeys } from './topic/topicConfigValues';
import { clusterFacts, topicFacts } from './topic/topicFacts';

jest.setTimeout(60_000);

const THROTTLED = 'leader.replication.throttled.replicas';
const spec = { partitions: 1, replicationFactor: 1, config: {} };

/** Whatever is wrong with a topic's settings is told before it is asked for. */
describe('the settings of a topic', () => {
  let cluster: TestCluster;
  let instance: EngineInstance;
  let subject: Subject;

  beforeAll(async () => {
    cluster = new TestCluster();
    instance = cluster.instance();
    subject = { name: uniqueName('settings') };
    const plan = await planFor(instance, subject, 'create', { spec });
    await execute(instance, [{ subject, plan }]);
  });

  afterAll(async () => {
    await cluster?.cleanUp(subject.name, []);
    await instance?.close();
    await cluster?.close();
  });

  /** The denials of a new topic, and of a change of one, with these settings. */
  async function denials(config: { [key: string]: string }) {
    const plans = await Promise.all([
      planFor(instance, { name: uniqueName('settings') }, 'create', {
        spec: { ...spec, config },
      }),
      planFor(instance, subject, 'update', {
        spec: { ...spec, config },
        current: spec,
      }),
    ]);
    return plans.map(({ findings }) =>
      findings
        .filter(({ effect }) => effect === 'deny')
        .map(({ policy, message }) => `${policy}: ${message}`),
    );
  }

  it('should be known with their defaults and types, as the cluster tells them', async () => {
    const { name, identity } = subject;
    const [probe, seen] = await Promise.all([
      instance.probe(context()),
      instance
        .provider('kafka-topic')
        .observe([{ name, identity, desired: spec }], context()),
    ]);
    const { topicConfigs = {}, readOnlyTopicConfigs } = clusterFacts(
      probe.facts,
    );
    const { configTypes = {} } = topicFacts(seen.get(name)!.facts);

    expect(Object.keys(topicConfigs)).toEqual(
      expect.arrayContaining([...checkedTopicKeys, THROTTLED]),
    );
    expect(Object.keys(configTypes).sort()).toEqual(
      Object.keys(topicConfigs).sort(),
    );
    expect(topicConfigs['max.compaction.lag.ms']).toBe('9223372036854775807');
    expect(configTypes).toMatchObject({
      'cleanup.policy': 'LIST',
      'min.cleanable.dirty.ratio': 'DOUBLE',
      'min.insync.replicas': 'INT',
      'retention.ms': 'LONG',
      preallocate: 'BOOLEAN',
      [THROTTLED]: 'LIST',
    });
    // Apache Kafka has none; hosted ones have.
    expect(readOnlyTopicConfigs).toBeUndefined();
  });

  it.each([
    [
      'a key that there is not',
      { 'retention.hours': '1' },
      'knows no topic setting',
    ],
    ['a key of brokers', { 'log.retention.ms': '1' }, 'Did you mean'],
    ['a value of another type', { 'retention.ms': 'a week' }, 'whole number'],
    [
      'a value out of range that only this version knows',
      { 'segment.bytes': '1000' },
      'segment.bytes',
    ],
    [
      'a value of a key that we have no rule for',
      { [THROTTLED]: 'not a list of replicas' },
      'not a list of replicas',
    ],
    [
      'values that do not go together',
      { 'min.compaction.lag.ms': '20', 'max.compaction.lag.ms': '10' },
      'compaction.lag.ms',
    ],
  ])('should be denied for %s', async (_, config, message) => {
    for (const told of await denials(config)) {
      expect(told).toEqual([expect.stringContaining(message)]);
      expect(told[0]).toMatch(/^kafka\/topic-config: /);
    }
  });

  it('should be allowed with a good value of a key that we have no rule for', async () => {
    expect(await denials({ [THROTTLED]: '0:1' })).toEqual([[], []]);
  });
});

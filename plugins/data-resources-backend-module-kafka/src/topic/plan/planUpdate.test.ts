import { fieldPath } from '@data-resources/plugin-data-resources-node';
import type { Finding } from '@data-resources/plugin-data-resources-node';
import {
  cluster,
  existing,
  identity,
  input,
  spec,
  topicConfigs,
} from '../../__testUtils__/planInputs';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import type { ClusterFacts, TopicFacts } from '../topicFacts';
import { planTopic } from './planTopic';

/** From a topic like `spec` with these differences to another like it. */
function update(
  options: {
    stands?: Partial<KafkaTopicSpec>;
    desired?: Partial<KafkaTopicSpec>;
    current?: Partial<KafkaTopicSpec>;
    facts?: Partial<TopicFacts>;
    cluster?: ClusterFacts;
    brokers?: number;
    partitionsLimit?: number;
  } = {},
) {
  const instance = cluster(options.cluster);
  return planTopic(
    input({
      ...existing,
      action: 'update',
      desired: { ...spec, ...options.desired },
      current: { ...spec, ...options.current },
      observed: {
        ...existing.observed,
        spec: { ...spec, ...options.stands },
        facts: { acls: [], collisions: [], ...options.facts },
      },
      instance: {
        ...instance,
        topology: { brokers: options.brokers ?? 3 },
      },
    }),
    { partitionsLimit: options.partitionsLimit },
  );
}

/** From one set of own settings to another. */
function reconfigure(
  from: { [key: string]: string },
  to: { [key: string]: string },
  facts?: ClusterFacts,
) {
  return update({
    stands: { config: from },
    current: { config: from },
    desired: { config: to },
    cluster: facts,
  });
}

function brief(findings: readonly Finding[]) {
  return findings.map(
    ({ effect, policy, path }) => `${effect} ${policy} ${path}`,
  );
}

describe('the plan of an update', () => {
  it('should have nothing to do for a topic that is as agreed', () => {
    expect(update()).toEqual({
      risk: 'low',
      changes: [],
      steps: [],
      findings: [],
    });
  });

  it('should take values that mean the same to Kafka for no difference', () => {
    const plan = reconfigure(
      { 'retention.ms': '1000', 'cleanup.policy': 'compact,delete' },
      { 'retention.ms': ' 01000', 'cleanup.policy': 'compact, delete' },
    );

    expect(plan.changes).toEqual([]);
  });

  it('should leave settings alone that nobody declared', () => {
    const plan = update({
      stands: { config: { ...spec.config, 'max.message.bytes': '5' } },
    });

    expect(plan.changes).toEqual([]);
    expect(plan.steps).toEqual([]);
  });

  it('should show the exact calls, settings before partitions', () => {
    const { changes, steps } = update({
      desired: {
        partitions: 6,
        config: { 'retention.ms': '2000', 'max.message.bytes': '2000000' },
      },
    });

    expect(changes).toEqual([
      { path: 'partitions', from: 3, to: 6, kind: 'in-place' },
      {
        path: 'config.cleanup.policy',
        from: 'delete',
        to: undefined,
        kind: 'in-place',
      },
      {
        path: 'config.max.message.bytes',
        from: undefined,
        to: '2000000',
        kind: 'in-place',
      },
      {
        path: 'config.retention.ms',
        from: '1000',
        to: '2000',
        kind: 'in-place',
      },
    ]);
    expect(steps.map(({ call }) => call)).toEqual([
      [
        'IncrementalAlterConfigs TOPIC orders',
        '  SET max.message.bytes=2000000',
        '  SET retention.ms=2000',
        '  DELETE cleanup.policy',
      ].join('\n'),
      'CreatePartitions orders\n  count=6',
    ]);
    expect(steps.map(({ args }) => args)).toEqual([
      {
        set: { 'max.message.bytes': '2000000', 'retention.ms': '2000' },
        reset: ['cleanup.policy'],
      },
      { partitions: 6 },
    ]);
  });

  it('should go by what stands there, not by what was agreed', () => {
    const { changes } = update({
      stands: { partitions: 2, config: { 'retention.ms': '5' } },
    });

    expect(changes).toEqual([
      { path: 'partitions', from: 2, to: 3, kind: 'in-place' },
      {
        path: 'config.cleanup.policy',
        from: undefined,
        to: 'delete',
        kind: 'in-place',
      },
      { path: 'config.retention.ms', from: '5', to: '1000', kind: 'in-place' },
    ]);
  });

  it('should reset what was declared and is no longer, if it is still there', () => {
    const reset = update({ desired: { config: {} } });
    const gone = update({ desired: { config: {} }, stands: { config: {} } });

    expect(reset.steps[0].args).toEqual({
      set: {},
      reset: ['cleanup.policy', 'retention.ms'],
    });
    expect(brief(reset.findings)).toEqual([
      'info kafka/config-reset spec.config["cleanup.policy"]',
      'info kafka/config-reset spec.config["retention.ms"]',
    ]);
    expect(reset.findings[1].message).toContain('604800000');
    expect(gone.changes).toEqual([]);
  });

  it('should not depend on the order of settings', () => {
    const config = { 'retention.ms': '2', 'max.message.bytes': '9' };
    const reversed = Object.fromEntries(Object.entries(config).reverse());

    expect(update({ desired: { config: reversed } })).toEqual(
      update({ desired: { config } }),
    );
  });

  it.each(['constructor', '__proto__'])(
    'should treat the key %s as any other',
    key => {
      const config = Object.fromEntries([[key, '1']]);
      const { changes, findings, steps } = update({ desired: { config } });

      expect(changes.map(({ path }) => path)).toContain(`config.${key}`);
      expect(brief(findings)).toContain(
        `deny kafka/topic-config spec.config.${key}`,
      );
      expect(steps[0].call).toContain(`SET ${key}=1`);
    },
  );

  describe('of partitions', () => {
    it('should warn that keys move', () => {
      const { findings, risk } = update({ desired: { partitions: 4 } });

      expect(brief(findings)).toEqual([
        'warn kafka/partition-growth spec.partitions',
      ]);
      expect(findings[0].message).toContain('4 partitions instead of 3');
      expect(findings[0].message).not.toContain('compaction');
      expect(risk).toBe('medium');
    });

    it('should be of high risk where the topic is compacted', () => {
      const config = { 'cleanup.policy': 'delete,compact' };
      const { findings, risk } = update({
        stands: { config },
        current: { config },
        desired: { config, partitions: 4 },
      });

      expect(findings[0].message).toContain('compaction');
      expect(risk).toBe('high');
    });

    it('should deny to shrink and say what would pass', () => {
      const { changes, findings, steps } = update({
        desired: { partitions: 2 },
      });

      expect(changes).toEqual([
        { path: 'partitions', from: 3, to: 2, kind: 'unsupported' },
      ]);
      expect(brief(findings)).toEqual([
        'deny kafka/partitions spec.partitions',
      ]);
      expect(findings[0].message).toContain('ask for 3 or more');
      expect(steps).toEqual([]);
    });

    it('should hold to the limit of the instance, when they change', () => {
      const limited = (to: number, from = 3) =>
        brief(
          update({
            stands: { partitions: from },
            desired: { partitions: to },
            partitionsLimit: 6,
          }).findings,
        );

      expect(limited(7)).toContain(
        'deny kafka/partitions-limit spec.partitions',
      );
      expect(limited(6)).toEqual([
        'warn kafka/partition-growth spec.partitions',
      ]);
      expect(limited(9, 9)).toEqual([]);
    });

    it('should need as many running brokers as there are replicas', () => {
      const grown = (brokers: number) =>
        brief(update({ desired: { partitions: 4 }, brokers }).findings);

      expect(grown(1)).toContain(
        'deny kafka/replication-factor spec.partitions',
      );
      expect(grown(2)).toEqual(['warn kafka/partition-growth spec.partitions']);
    });
  });

  describe('of settings', () => {
    it.each([
      ['kafka/topic-config', 'retention', '1'],
      ['kafka/topic-config', 'max.message.bytes', 'many'],
    ])('should deny by %s at %s', (policy, key, value) => {
      const { findings } = update({
        desired: { config: { ...spec.config, [key]: value } },
      });

      expect(brief(findings)).toContain(
        `deny ${policy} ${fieldPath(['spec', 'config', key])}`,
      );
    });

    it('should not judge settings that stay as they are', () => {
      const config = { 'retention.ms': '1000', 'of.old': 'x' };

      expect(reconfigure(config, config).findings).toEqual([]);
    });

    it('should warn when more replicas must be in sync than there are', () => {
      const { findings } = reconfigure({}, { 'min.insync.replicas': '3' });

      expect(brief(findings)).toEqual([
        'warn kafka/min-insync-replicas spec.config["min.insync.replicas"]',
      ]);
    });

    it('should say what the broker said, where nothing else did', () => {
      const facts = {
        dryRun: { error: 'INVALID_CONFIG', message: 'too small' },
      };
      const config = { 'retention.ms': '2000', 'cleanup.policy': 'delete' };
      const told = { ...config, 'retention.ms': 'x' };

      expect(
        update({ desired: { config }, facts }).findings.map(
          ({ message }) => message,
        ),
      ).toEqual(['Kafka refuses these settings: too small']);
      expect(
        brief(update({ desired: { config: told }, facts }).findings),
      ).toEqual(['deny kafka/topic-config spec.config["retention.ms"]']);
      expect(
        brief(
          update({
            desired: { partitions: 4 },
            facts: {
              dryRun: { error: 'INVALID_REPLICATION_FACTOR', message: 'no' },
            },
          }).findings,
        ),
      ).toContain('deny kafka/broker-verdict undefined');
    });
  });

  it.each([
    ['gone', { exists: false, ours: false, facts: {} }],
    [
      'another one now',
      {
        exists: true,
        ours: false,
        identity: { ...identity, topicId: 'other' },
        spec,
        facts: {},
      },
    ],
  ])('should deny to change a topic that is %s', (_, observed) => {
    const plan = planTopic(
      input({
        ...existing,
        action: 'update',
        desired: { ...spec, partitions: 4 },
        observed,
      }),
      {},
    );

    expect(plan.findings).toMatchObject([
      { policy: 'kafka/topic-missing', effect: 'deny' },
    ]);
    expect(plan.steps).toEqual([]);
  });

  it('should take the default of the brokers before that of the controllers', () => {
    const { findings } = reconfigure(
      { 'retention.ms': '7200000' },
      {},
      { topicConfigs, brokerDefaults: { 'retention.ms': '3600000' } },
    );

    expect(brief(findings)).toEqual([
      'info kafka/config-reset spec.config["retention.ms"]',
      'warn kafka/data-loss spec.config["retention.ms"]',
    ]);
    expect(findings[1].message).toContain(
      "1 hour (retention.ms=3600000, the cluster's default)",
    );
  });
});

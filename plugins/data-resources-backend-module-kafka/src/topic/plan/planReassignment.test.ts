import type { Finding } from '@data-resources/plugin-data-resources-node';
import {
  cluster,
  existing,
  input,
  spec,
  topicConfigs,
} from '../../__testUtils__/planInputs';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import type { TopicFacts } from '../topicFacts';
import { planTopic } from './planTopic';

const placement = [
  [1, 2],
  [2, 3],
  [3, 1],
];

/** From a topic like `spec`, with two replicas of each partition, to another like it. */
function update(
  desired: Partial<KafkaTopicSpec>,
  options: {
    facts?: Partial<TopicFacts>;
    stands?: Partial<KafkaTopicSpec>;
    brokers?: number;
    minInsync?: string;
    racks?: string[];
  } = {},
) {
  const { facts, stands, brokers = 3, minInsync = '1', racks } = options;
  const running = Array.from({ length: brokers }, (_, index) => ({
    id: index + 1,
    ...(racks ? { rack: racks[index] } : {}),
  }));
  return planTopic(
    input({
      ...existing,
      action: 'update',
      desired: { ...spec, ...desired },
      observed: {
        ...existing.observed,
        spec: { ...spec, ...stands },
        facts: { acls: [], collisions: [], placement, ...facts },
      },
      instance: {
        ...cluster({
          topicConfigs: { ...topicConfigs, 'min.insync.replicas': minInsync },
          brokers: running,
        }),
        topology: { brokers },
      },
    }),
    {},
  );
}

function brief(findings: readonly Finding[]) {
  return findings.map(
    ({ effect, policy, retryable }) =>
      `${effect} ${policy}${retryable ? ' for now' : ''}`,
  );
}

describe('the plan of another replication factor', () => {
  it('should name the brokers of each partition, and keep those that it has', () => {
    const { changes, findings, risk, steps } = update({ replicationFactor: 3 });

    expect(changes).toEqual([
      { path: 'replicationFactor', from: 2, to: 3, kind: 'in-place' },
    ]);
    expect(steps).toEqual([
      {
        id: 'reassign',
        kind: 'reassign',
        title: 'Bring the replicas of topic orders to their brokers',
        call: [
          'AlterPartitionReassignments orders',
          '  partition 0: replicas=1,2,3 (now 1,2)',
          '  partition 1: replicas=2,3,1 (now 2,3)',
          '  partition 2: replicas=3,1,2 (now 3,1)',
        ].join('\n'),
        args: {
          replicas: [
            [1, 2, 3],
            [2, 3, 1],
            [3, 1, 2],
          ],
        },
      },
    ]);
    expect(risk).toBe('medium');
    expect(brief(findings)).toEqual(['warn kafka/reassignment']);
  });

  it('should be the same whatever other topics and sizes there are', () => {
    const { steps, changes } = update({ replicationFactor: 3 });

    expect(
      update({ replicationFactor: 3 }, { facts: { bytes: 5, collisions: [] } }),
    ).toMatchObject({ steps, changes });
  });

  it('should say how much is copied and where to, if that is known', () => {
    const message = (facts?: Partial<TopicFacts>) =>
      update({ replicationFactor: 3 }, { facts }).findings[0].message;

    expect(message()).toContain('copies 3 replicas to brokers 1, 2, 3,');
    expect(message({ bytes: 3 * 2 ** 30 })).toContain(
      'copies 3 replicas, about 3 GiB to brokers',
    );
  });

  it('should do settings before, and partitions after', () => {
    const { steps } = update({
      replicationFactor: 3,
      partitions: 6,
      config: { ...spec.config, 'retention.ms': '2000' },
    });

    expect(steps.map(({ kind }) => kind)).toEqual([
      'alter-configs',
      'reassign',
      'add-partitions',
    ]);
  });

  it('should need as many running brokers', () => {
    const { findings } = update({ replicationFactor: 4 });

    expect(brief(findings)).toContain('deny kafka/replication-factor for now');
    expect(findings[0].message).toContain('Use 1 to 3');
  });

  it('should wait for what somebody else is moving', () => {
    const { findings } = update(
      { replicationFactor: 3 },
      { facts: { moving: [0, 2] } },
    );

    expect(brief(findings)).toContain('deny kafka/reassignment for now');
    expect(findings[0].message).toContain('partitions 0, 2 of this topic');
  });

  it('should take nothing away before the others have everything', () => {
    const behind = { facts: { behind: [1] } };

    expect(brief(update({ replicationFactor: 1 }, behind).findings)).toContain(
      'deny kafka/reassignment for now',
    );
    expect(brief(update({ replicationFactor: 3 }, behind).findings)).toEqual([
      'warn kafka/reassignment',
    ]);
  });

  it('should be a high risk to have one replica only', () => {
    const { findings, risk } = update({ replicationFactor: 1 });

    expect(risk).toBe('high');
    expect(brief(findings)).toEqual(['warn kafka/replication-risk']);
  });

  it.each([
    [3, '1', []],
    [3, '2', []],
    [3, '3', ['warn kafka/min-insync-replicas']],
    [3, '4', ['warn kafka/min-insync-replicas']],
    [1, '2', []],
  ])(
    'should tell what %d replicas are with min.insync.replicas=%s',
    (replicationFactor, minInsync, told) => {
      const findings = brief(
        update({ replicationFactor }, { minInsync }).findings,
      );

      expect(
        findings.filter(each => each.includes('min-insync-replicas')),
      ).toEqual(told);
    },
  );

  it('should tell what of the place of replicas would not outlive a failure', () => {
    const grown = (instance: Parameters<typeof update>[1]) =>
      update({ partitions: 4 }, instance).findings.filter(
        ({ policy }) => policy === 'kafka/placement',
      );
    const [absent] = grown({
      facts: {
        placement: [
          [1, 2],
          [4, 1],
          [2, 9],
        ],
      },
    });

    expect(grown({})).toEqual([]);
    expect(absent).toMatchObject({ effect: 'warn', path: 'spec.brokers' });
    expect(absent.message).toContain('on brokers 4, 9, which do not run');
    const [together] = grown({ racks: ['a', 'b', 'b'] });
    expect(together.message).toContain(
      'All replicas of partition 1 are in one rack',
    );
    expect(grown({ racks: ['a', 'a', 'a'] })).toEqual([]);
  });

  describe('on brokers that the spec names', () => {
    const replicas = (plan: ReturnType<typeof update>) =>
      plan.steps.map(({ kind, args }) => [kind, args.replicas]);

    it('should move what is elsewhere, and nothing else', () => {
      const plan = update({ brokers: [2, 1] });

      expect(plan.changes).toEqual([
        { path: 'brokers', from: [1, 2, 3], to: [1, 2], kind: 'in-place' },
      ]);
      expect(replicas(plan)).toEqual([
        [
          'reassign',
          [
            [1, 2],
            [2, 1],
            [1, 2],
          ],
        ],
      ]);
      expect(brief(plan.findings)).toEqual(['warn kafka/reassignment']);
      expect(update({ brokers: [1, 2, 3] }).changes).toEqual([]);
    });

    it('should spread over racks what is not', () => {
      const racks = ['a', 'b', 'b'];
      const plan = update({ brokers: [1, 2, 3] }, { racks });

      expect(replicas(plan)).toEqual([
        [
          'reassign',
          [
            [1, 2],
            [2, 1],
            [3, 1],
          ],
        ],
      ]);
      expect(update({}, { racks }).changes).toEqual([]);
    });

    it('should put new partitions there', () => {
      expect(replicas(update({ brokers: [1, 2, 3], partitions: 5 }))).toEqual([
        ['add-partitions', [expect.any(Array), expect.any(Array)]],
      ]);
      const { steps } = update({ brokers: [1, 2], partitions: 4 });
      expect(steps.map(({ kind }) => kind)).toEqual([
        'reassign',
        'add-partitions',
      ]);
      expect(steps[1].call).toMatch(
        /^CreatePartitions orders\n {2}count=4\n {2}partition 3: replicas=(1,2|2,1)$/,
      );
    });

    it('should create a topic there', () => {
      const plan = planTopic(
        input({
          desired: { ...spec, brokers: [1, 3] },
          instance: cluster({
            topicConfigs,
            brokers: [{ id: 1 }, { id: 2 }, { id: 3 }],
          }),
        }),
        {},
      );

      expect(plan.findings).toEqual([]);
      expect(plan.changes).toContainEqual({
        path: 'brokers',
        to: [1, 3],
        kind: 'create',
      });
      const placed = plan.steps[0].args.replicas as number[][];
      expect(placed.map(ids => [...ids].sort())).toEqual(Array(3).fill([1, 3]));
      expect(plan.steps[0].call).toContain(
        `partition 2: replicas=${placed[2].join(',')}`,
      );
    });

    it('should need brokers that run, and enough of them', () => {
      expect(brief(update({ brokers: [1, 7] }).findings)).toContain(
        'deny kafka/placement for now',
      );
      expect(brief(update({ brokers: [1] }).findings)).toContain(
        'deny kafka/placement',
      );
    });
  });

  it('should see a single partition that has another number of replicas', () => {
    const odd = { facts: { placement: [[1, 2], [2, 3], [3]] } };
    const { changes, steps } = update({}, odd);

    expect(changes).toEqual([
      { path: 'replicationFactor', from: 1, to: 2, kind: 'in-place' },
    ]);
    expect(steps[0].args.replicas).toMatchObject([[1, 2], [2, 3], { 0: 3 }]);
    expect(
      update(
        {},
        {
          facts: {
            placement: [
              [1, 2],
              [2, 3, 1],
              [3, 1],
            ],
          },
        },
      ).changes,
    ).toMatchObject([{ from: 3, to: 2 }]);
  });
});

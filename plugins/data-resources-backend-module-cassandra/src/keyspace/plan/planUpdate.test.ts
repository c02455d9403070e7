import {
  planInput,
  type PlanInputOverrides,
} from '../../__testUtils__/planInput';
import { planKeyspace } from './planKeyspace';

const plan = (overrides: PlanInputOverrides) =>
  planKeyspace(planInput({ action: 'update', seen: {}, ...overrides }));
const policies = (overrides: PlanInputOverrides) =>
  plan(overrides).findings.map(({ effect, policy }) => `${effect} ${policy}`);
const messageOf = (overrides: PlanInputOverrides, policy: string) =>
  plan(overrides).findings.find(
    finding => finding.policy === `cassandra/${policy}`,
  )?.message;

describe('the plan of an update', () => {
  it('should be empty where nothing differs', () => {
    expect(plan({})).toEqual({
      changes: [],
      steps: [],
      findings: [],
      risk: 'low',
    });
  });

  it('should make all changes in one statement that says the whole definition', () => {
    const { changes, steps } = plan({
      seen: { replication: { east: 2, west: 1 } },
      spec: { replication: { east: 3, west: 2 }, durableWrites: false },
    });

    expect(changes).toEqual([
      { path: 'durableWrites', from: true, to: false, kind: 'in-place' },
      { path: 'replication.east', from: 2, to: 3, kind: 'in-place' },
      { path: 'replication.west', from: 1, to: 2, kind: 'in-place' },
    ]);
    expect(steps).toEqual([
      {
        id: 'alter-keyspace',
        kind: 'alter-keyspace',
        title: 'Change the definition of the keyspace orders',
        call: `ALTER KEYSPACE "orders" WITH replication = {'class': 'NetworkTopologyStrategy', 'east': 3, 'west': 2} AND durable_writes = false;`,
        args: { replication: { east: 3, west: 2 }, durableWrites: false },
      },
    ]);
  });

  it('should refuse what the server does for the sake of what stays as it is', () => {
    // Both were tried on Cassandra 5.0.9: it looks at the whole definition each time.
    const kept = { east: 3, gone: 2, west: 2 };
    const { findings } = plan({
      seen: { replication: kept },
      spec: { replication: kept, durableWrites: false },
      guardrails: { maximumReplicationFactorFail: 2 },
    });
    expect(
      findings.map(({ effect, policy, path }) => [effect, policy, path]),
    ).toEqual([
      [
        'deny',
        'cassandra/guardrail-replication-factor',
        'spec.replication.east',
      ],
      ['deny', 'cassandra/unknown-data-center', 'spec.replication.gone'],
    ]);
    expect(
      plan({
        seen: { replication: kept },
        spec: { replication: kept },
        guardrails: { maximumReplicationFactorFail: 2 },
      }).findings,
    ).toEqual([]);
  });

  it('should take giving up durable writes for a high risk, and getting them for a low one', () => {
    expect(plan({ spec: { durableWrites: false } }).risk).toBe('high');
    expect(plan({ seen: { durableWrites: false } }).risk).toBe('low');
  });

  describe('more replicas', () => {
    it('should ask for a repair, and say which reads are safe until then', () => {
      const raised = plan({ seen: { replication: { east: 2 } } });

      expect(raised.risk).toBe('medium');
      expect(raised.findings).toEqual([
        {
          policy: 'cassandra/replicas-raised',
          effect: 'warn',
          path: 'spec.replication.east',
          message:
            'The new replicas in "east" begin empty. Until this was run on every node of it, one after the other: nodetool repair -full orders, reads at ONE and LOCAL_ONE can miss data; those at LOCAL_QUORUM find what was written at LOCAL_QUORUM',
        },
        expect.objectContaining({ policy: 'cassandra/quorum', effect: 'info' }),
      ]);
    });

    it.each([
      // From, to, whether two quorums share a replica that had the data before.
      [1, 2, true],
      [1, 3, false],
      [2, 3, true],
      [2, 4, true],
      [2, 5, false],
      [3, 4, true],
      [3, 5, false],
      [4, 6, true],
    ])(
      'should tell from %d to %d whether a quorum is safe: %s',
      (from, to, safe) => {
        expect(
          messageOf(
            {
              dataCenters: { east: 9 },
              seen: { replication: { east: from } },
              spec: { replication: { east: to } },
            },
            'replicas-raised',
          ),
        ).toContain(safe ? 'those at LOCAL_QUORUM find' : 'by one at a time');
      },
    );

    it('should ask for a rebuild of a new data centre from one that stays', () => {
      const added = { spec: { replication: { east: 3, west: 2 } } };

      expect(plan(added)).toMatchObject({
        risk: 'medium',
        changes: [{ path: 'replication.west', to: 2, kind: 'in-place' }],
      });
      expect(messageOf(added, 'data-center-added')).toContain(
        'nodetool rebuild -ks orders -- east',
      );
      expect(
        messageOf(
          {
            dataCenters: { "it's east": 3, west: 2 },
            seen: { replication: { "it's east": 3 } },
            spec: { replication: { "it's east": 3, west: 2 } },
          },
          'data-center-added',
        ),
      ).toContain(`nodetool rebuild -ks orders -- 'it'\\''s east'`);
    });

    it('should be bound by the rules of a create', () => {
      const denied = plan({ spec: { replication: { east: 4, north: 1 } } });

      expect(denied.changes.map(({ kind }) => kind)).toEqual([
        'unsupported',
        'unsupported',
      ]);
      expect(
        denied.findings
          .filter(({ effect }) => effect === 'deny')
          .map(({ policy, path }) => `${policy} ${path}`),
      ).toEqual([
        'cassandra/replication-factor spec.replication.east',
        'cassandra/unknown-data-center spec.replication.north',
      ]);

      const seen = { replication: { east: 2 } };
      expect(policies({ seen, limits: { replicas: 2 } })).toContain(
        'deny cassandra/limit-replicas',
      );
      expect(policies({ seen, limits: { replicas: 3 } })).not.toContain(
        'deny cassandra/limit-replicas',
      );
      expect(
        policies({ seen, guardrails: { maximumReplicationFactorFail: 2 } }),
      ).toContain('deny cassandra/guardrail-replication-factor');
      expect(
        policies({ seen, guardrails: { maximumReplicationFactorWarn: 2 } }),
      ).toContain('warn cassandra/guardrail-replication-factor');
    });

    it('should leave alone what is beyond a limit already and stays so', () => {
      expect(
        policies({
          spec: { durableWrites: false },
          limits: { replicas: 2 },
          guardrails: { maximumReplicationFactorWarn: 2 },
          dataCenters: { east: 1 },
        }),
      ).toEqual([]);
    });
  });

  describe('fewer replicas', () => {
    it('should ask for a repair before and a clean-up after', () => {
      const lowered = { spec: { replication: { east: 1 } } };

      expect(plan(lowered)).toMatchObject({
        risk: 'medium',
        changes: [
          { path: 'replication.east', from: 3, to: 1, kind: 'in-place' },
        ],
      });
      const message = messageOf(lowered, 'replicas-lowered');
      expect(message).toContain('2 replicas of each row');
      expect(message).toContain('nodetool repair -full orders');
      expect(message).toContain('nodetool cleanup orders');
      expect(
        policies({
          ...lowered,
          guardrails: { minimumReplicationFactorFail: 2 },
        }),
      ).toContain('deny cassandra/guardrail-replication-factor');
    });

    it('should call it destructive to take a data centre away', () => {
      const removed = plan({ seen: { replication: { east: 3, west: 2 } } });

      expect(removed.risk).toBe('high');
      expect(removed.changes).toEqual([
        {
          path: 'replication.west',
          from: 2,
          to: undefined,
          kind: 'destructive',
        },
      ]);
      expect(removed.findings[0]).toMatchObject({
        policy: 'cassandra/data-center-removed',
        effect: 'warn',
        path: 'spec.replication.west',
        message: expect.stringContaining('nodetool cleanup orders'),
      });
    });

    it('should see nothing destroyed where the data centre has no node any more', () => {
      expect(
        plan({
          seen: { replication: { east: 3, west: 2 } },
          dataCenters: { east: 3 },
        }),
      ).toMatchObject({
        risk: 'low',
        changes: [{ path: 'replication.west', kind: 'in-place' }],
        findings: [
          { policy: 'cassandra/data-center-removed', effect: 'info' },
          { policy: 'cassandra/quorum' },
        ],
      });
    });

    it('should refuse to move all replicas at once', () => {
      const moved = { spec: { replication: { west: 2 } } };
      expect(policies(moved)).toContain('deny cassandra/no-replica-stays');
      expect(messageOf(moved, 'no-replica-stays')).toContain('"east"');
      // Nothing is left to copy from anyway.
      expect(policies({ ...moved, dataCenters: { west: 2 } })).not.toContain(
        'deny cassandra/no-replica-stays',
      );
      expect(policies({ spec: { replication: { east: 1 } } })).not.toContain(
        'deny cassandra/no-replica-stays',
      );
    });
  });

  it.each([
    [
      { east: 3 },
      'in "east" (3 replicas) ONE and LOCAL_ONE bear 2, QUORUM and LOCAL_QUORUM 1, ALL 0',
    ],
    [
      { east: 1 },
      'in "east" (1 replica) ONE and LOCAL_ONE bear 0, QUORUM and LOCAL_QUORUM 0, ALL 0',
    ],
    [
      { east: 3, west: 2 },
      'in "east" (3 replicas) LOCAL_ONE bears 2, LOCAL_QUORUM and EACH_QUORUM 1\nin "west" (2 replicas) LOCAL_ONE bears 1, LOCAL_QUORUM and EACH_QUORUM 0\nof all 5 replicas together ONE bears 4, QUORUM 2, ALL 0',
    ],
  ])('should do the arithmetic of quorums for %j', (replication, message) => {
    expect(
      messageOf(
        { seen: { replication: { east: 2 } }, spec: { replication } },
        'quorum',
      ),
    ).toBe(`How many of the nodes that hold a row may be down:\n${message}`);
  });

  it('should bring back the strategy when somebody chose another', () => {
    const { changes, findings, risk, steps } = plan({
      seen: { replication: { replication_factor: 3 } },
      facts: { strategy: 'SimpleStrategy' },
    });

    expect(changes).toEqual([
      {
        path: 'replication.class',
        from: 'SimpleStrategy',
        to: 'NetworkTopologyStrategy',
        kind: 'in-place',
      },
      { path: 'replication.east', from: undefined, to: 3, kind: 'in-place' },
    ]);
    expect(risk).toBe('high');
    expect(steps).toHaveLength(1);
    expect(findings).toContainEqual(
      expect.objectContaining({
        policy: 'cassandra/strategy',
        effect: 'warn',
        message: expect.stringContaining('nodetool repair -full orders'),
      }),
    );
  });

  it('should refuse what is gone, is another’s or is taken from the portal', () => {
    const denied = (overrides: PlanInputOverrides) => {
      const { changes, steps, findings } = plan({
        ...overrides,
        spec: { durableWrites: false },
      });
      return {
        changes: changes.length,
        steps: steps.length,
        denied: findings
          .filter(({ effect }) => effect === 'deny')
          .map(({ policy }) => policy),
      };
    };

    const gone = {
      changes: 0,
      steps: 0,
      denied: ['cassandra/keyspace-gone'],
    };
    expect(denied({ seen: undefined })).toEqual(gone);
    expect(denied({ ours: false })).toEqual(gone);
    expect(denied({ facts: { rightsHeld: false } })).toEqual({
      changes: 1,
      steps: 1,
      denied: ['cassandra/provisioner-rights'],
    });
  });
});

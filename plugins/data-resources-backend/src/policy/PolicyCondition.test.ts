import { readFileSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { engine, input } from './__testUtils__/policies';
import type { PolicyInput } from './types';

/** Whether a condition holds, cannot be evaluated, or does not hold. */
function judge(when: string, request: PolicyInput): string {
  const { findings } = engine([
    { when, effect: 'info', message: 'It holds' },
  ]).evaluate(request);
  if (findings.length === 0) {
    return 'false';
  }
  return findings[0].message === 'It holds' ? 'true' : 'error';
}

function held(
  instance: string,
  resources: number,
  counts: Record<string, number>,
) {
  return { type: 'kafka-topic', instance, resources, counts };
}

describe('PolicyCondition', () => {
  it.each([
    ['spec.partitions <= 6', 'true'],
    ['spec.partitions <= 5', 'false'],
    ['spec.partitions == 6', 'true'],
    ['spec.partitions * 2 <= 12', 'true'],
    ['spec.partitions % 4 == 0', 'false'],
    ['spec.partitions in [3, 6]', 'true'],
    ['spec.partitions < 6.5', 'true'],
    ['spec.ratio < 1', 'true'],
    ['spec.ratio * 2.0 == 1.0', 'true'],
    ['has(spec.connectionLimit)', 'false'],
    ['has(spec.connectionLimit) && spec.connectionLimit >= 0', 'false'],
    ['spec.connectionLimit >= 0', 'error'],
    ['spec.ratio.deeper == 1', 'error'],
    ['spec.partitions', 'error'],
    ['spec.partitions == "6"', 'false'],
    ['spec.partitions < "6"', 'error'],
    ['has(spec.toString)', 'false'],
    ['name.startsWith("payments.")', 'true'],
    ['name.matches("^[a-z.]+$")', 'true'],
    ['owner == "group:default/payments"', 'true'],
    ['request.type == "kafka-topic"', 'true'],
    ['request.action == "create"', 'true'],
    ['request.reason == ""', 'true'],
    ['request.requestedBy.startsWith("user:")', 'true'],
    ['instance.environment == "prod"', 'false'],
    ['instance.engine == "kafka" && instance.name == "kafka-dev"', 'true'],
    ['plan.risk == "low" && !plan.destructive', 'true'],
    ['plan.changes.exists(c, c.path == "partitions")', 'false'],
    ['has(previousSpec.partitions)', 'false'],
    ['requester.ref == request.requestedBy', 'true'],
    ['"group:default/payments" in requester.groups', 'true'],
    ['requester.isPlatform', 'false'],
    ['owner in requester.groups', 'true'],
    ['system == ""', 'true'],
    ['grants.exists(g, g.role == "producer")', 'true'],
    ['grants.all(g, g.principal.startsWith("component:"))', 'true'],
    ['instance.production', 'false'],
    ['instance.topology.brokers >= 3', 'true'],
    ['size(instance.topology.dataCenters) == 0', 'true'],
    ['has(instance.limits.partitions)', 'false'],
    ['instance.connection.securityProtocol == "SASL_SSL"', 'true'],
    ['usage.resources["kafka-topic"] == 3', 'true'],
    ['usage.totals.partitions + usage.adds.partitions <= 14', 'true'],
    ['usage.onInstance.totals.partitions == 6', 'true'],
    ['usage.onInstance.resources["kafka-topic"] == 2', 'true'],
  ])('should judge %s as %s', (when, expected) => {
    const usage = {
      held: [
        held('kafka-dev', 2, { topics: 2, partitions: 6 }),
        held('kafka-dev-2', 1, { topics: 1, partitions: 2 }),
      ],
      adds: { topics: 1, partitions: 6 },
    };
    const grants = [
      { principal: 'component:default/payments-api', role: 'producer' },
    ];
    expect(judge(when, input({ usage, grants }))).toBe(expected);
  });

  it('should have nothing of the cluster that was not seen', () => {
    const unseen = input({ instance: { topology: {} } });
    expect(judge('has(instance.topology.brokers)', unseen)).toBe('false');
    const cassandra = input({
      instance: { topology: { dataCenters: { dc1: 3 } } },
    });
    expect(judge('instance.topology.dataCenters.dc1 == 3', cassandra)).toBe(
      'true',
    );
  });

  it('should compare with the spec before and look into the changes', () => {
    const update = input({
      request: { action: 'update' },
      previousSpec: { partitions: 3 },
      plan: {
        changes: [{ path: 'partitions', from: 3, to: 6, kind: 'in-place' }],
      },
    });
    expect(judge('spec.partitions > previousSpec.partitions', update)).toBe(
      'true',
    );
    expect(
      judge(
        'plan.changes.exists(c, c.path == "partitions" && c.to > 5)',
        update,
      ),
    ).toBe('true');
    expect(judge('plan.changes.exists(c, c.to > 6)', update)).toBe('false');
  });

  it('should tell a limit of -1 from a small one', () => {
    const when = 'spec.connectionLimit >= 0 && spec.connectionLimit <= 20';
    const limit = (connectionLimit: number) =>
      judge(when, input({ spec: { connectionLimit } }));
    expect([-1, 0, 20, 21].map(limit)).toEqual([
      'false',
      'true',
      'true',
      'false',
    ]);
  });

  it('should take every example of the README', () => {
    const readme = readFileSync(
      resolvePath(__dirname, '../../README.md'),
      'utf8',
    );
    const examples = /```cel\n([^`]*)```/.exec(readme)![1].trim().split('\n');
    expect(examples.length).toBeGreaterThan(5);
    const request = input({
      spec: {
        partitions: 6,
        connectionLimit: 20,
        replication: { dc1: 3, dc2: 5 },
        config: { 'retention.ms': '604800000' },
      },
      previousSpec: { partitions: 2 },
      plan: { changes: [{ path: 'partitions', kind: 'in-place' }] },
      usage: {
        held: [held('kafka-dev', 3, { topics: 3, partitions: 90 })],
        adds: { topics: 1, partitions: 4 },
      },
    });
    for (const example of examples) {
      expect([example, judge(example, request)]).toEqual([example, 'true']);
    }
  });
});

import { readFileSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import type { JsonObject } from '@backstage/types';
import { input, PLATFORM } from '../__testUtils__/policies';
import { createPolicyEngine } from '../createPolicyEngine';
import type { PolicyDefinition, PolicyInput } from '../types';
import { defaultPolicies, type DefaultPolicySettings } from '.';

const ALL: DefaultPolicySettings = { enabled: true, disabled: [], effects: {} };

function engine(
  settings: Partial<DefaultPolicySettings> = {},
  policies: PolicyDefinition[] = [],
) {
  return createPolicyEngine({
    platformGroup: PLATFORM,
    environments: ['dev', 'prod'],
    instances: [],
    policies,
    defaultPolicies: { ...ALL, ...settings },
    budgets: [],
  });
}

const PROD = { environment: 'prod', production: true } as const;

/** A topic that no default policy finds fault with, in production. */
function topic(
  spec: JsonObject = {},
  overrides: Parameters<typeof input>[0] = {},
): PolicyInput {
  return input({
    system: 'system:default/payments',
    spec: {
      partitions: 6,
      replicationFactor: 3,
      config: { 'min.insync.replicas': '2' },
      ...spec,
    },
    ...overrides,
    request: { reason: 'The ledger needs it', ...overrides.request },
    instance: { ...PROD, ...overrides.instance },
  });
}

function keyspace(
  spec: JsonObject = {},
  instance: Partial<PolicyInput['instance']> = {},
): PolicyInput {
  return topic(undefined, {
    type: 'cassandra-keyspace',
    name: 'payments',
    spec: { replication: { dc1: 3, dc2: 3 }, durableWrites: true, ...spec },
    instance: {
      engine: 'cassandra',
      connection: { engine: 'cassandra', tls: true },
      ...instance,
    },
  });
}

function database(
  spec: JsonObject = {},
  instance: Partial<PolicyInput['instance']> = {},
): PolicyInput {
  return topic(undefined, {
    type: 'postgres-database',
    name: 'payments',
    spec: { connectionLimit: 20, ...spec },
    instance: {
      engine: 'postgres',
      connection: { engine: 'postgres', sslmode: 'verify-full' },
      ...instance,
    },
  });
}

const DEV = { environment: 'dev', production: false };
const isr = (value: string) => ({ config: { 'min.insync.replicas': value } });
const retention = (value: string) => ({
  config: { 'min.insync.replicas': '2', 'retention.ms': value },
});
const week = { limits: { retentionMs: 604800000 } };

/** By policy: what it finds fault with, and what it lets pass. */
const CASES: Record<string, { found: PolicyInput[]; passes: PolicyInput[] }> = {
  'everywhere/system': {
    found: [topic({}, { system: undefined, instance: DEV })],
    passes: [
      topic({}, { instance: DEV }),
      topic(
        {},
        { system: undefined, instance: DEV, request: { action: 'update' } },
      ),
    ],
  },
  'production/system': {
    found: [topic({}, { system: undefined })],
    passes: [topic(), topic({}, { system: undefined, instance: DEV })],
  },
  'production/reason': {
    found: [
      topic({}, { request: { reason: '' } }),
      topic({}, { request: { reason: undefined, action: 'grant' } }),
    ],
    passes: [topic(), topic({}, { request: { reason: '' }, instance: DEV })],
  },
  'kafka/production-replication-factor': {
    found: [topic({ replicationFactor: 2 })],
    passes: [
      topic({ replicationFactor: 3 }),
      topic({ replicationFactor: 1 }, { instance: DEV }),
    ],
  },
  'kafka/production-min-insync-replicas': {
    found: [topic(isr('1')), topic({ config: {} }), topic(isr('many'))],
    passes: [
      topic(isr('2')),
      topic(isr('3')),
      topic({ config: {} }, { instance: DEV }),
    ],
  },
  'kafka/retention-limit': {
    found: [
      topic(retention('604800001'), { instance: week }),
      topic(retention('-1'), { instance: week }),
    ],
    passes: [
      topic(retention('604800000'), { instance: week }),
      topic({}, { instance: week }),
      topic(retention('-1')),
    ],
  },
  'kafka/naming': {
    found: ['Payments', 'payments.settled_v1', 'payments..x', '-x', 'x.'].map(
      name => topic({}, { name }),
    ),
    passes: ['payments.settled', 'topic_1a2b', 'a-b.c', 'orders'].map(name =>
      topic({}, { name }),
    ),
  },
  'kafka/encrypted-transport': {
    found: [
      topic(
        {},
        { instance: { connection: { securityProtocol: 'SASL_PLAINTEXT' } } },
      ),
    ],
    passes: [
      topic(),
      topic(
        {},
        {
          instance: {
            ...DEV,
            connection: { securityProtocol: 'SASL_PLAINTEXT' },
          },
        },
      ),
    ],
  },
  'cassandra/production-replicas': {
    found: [keyspace({ replication: { dc1: 3, dc2: 2 } })],
    passes: [
      keyspace({ replication: { dc1: 3 } }),
      keyspace({ replication: { dc1: 1 } }, DEV),
    ],
  },
  'cassandra/durable-writes': {
    found: [keyspace({ durableWrites: false }, DEV)],
    passes: [keyspace({}, DEV), keyspace({ durableWrites: false })],
  },
  'cassandra/production-durable-writes': {
    found: [keyspace({ durableWrites: false })],
    passes: [keyspace(), keyspace({ durableWrites: false }, DEV)],
  },
  'cassandra/encrypted-transport': {
    found: [
      keyspace({}, { connection: { tls: false } }),
      keyspace({}, { connection: {} }),
    ],
    passes: [keyspace(), keyspace({}, { ...DEV, connection: { tls: false } })],
  },
  'postgres/no-connection-limit': {
    found: [database({ connectionLimit: -1 }, DEV)],
    passes: [
      database({}, DEV),
      database({ connectionLimit: -1 }),
      // There the instance itself refuses it.
      database(
        { connectionLimit: -1 },
        { ...DEV, limits: { connectionLimit: 50 } },
      ),
    ],
  },
  'postgres/production-connection-limit': {
    found: [database({ connectionLimit: -1 })],
    passes: [
      database(),
      database({ connectionLimit: -1 }, DEV),
      database({ connectionLimit: -1 }, { limits: { connectionLimit: 50 } }),
    ],
  },
  'postgres/encrypted-transport': {
    found: ['disable', 'allow', 'prefer'].map(sslmode =>
      database({}, { connection: { sslmode } }),
    ),
    passes: [
      ...['require', 'verify-ca', 'verify-full'].map(sslmode =>
        database({}, { connection: { sslmode } }),
      ),
      database({}, { ...DEV, connection: { sslmode: 'disable' } }),
    ],
  },
};

describe('default policies', () => {
  const findings = (judged: PolicyInput, by = engine()) =>
    by
      .evaluate(judged)
      .findings.map(({ policy, effect }) => `${effect} ${policy}`);

  it.each(defaultPolicies.map(policy => [policy.name, policy] as const))(
    'should have %s find what is wrong and let pass what is right',
    (name, { effect, path }) => {
      const { found, passes } = CASES[name];
      for (const judged of found) {
        expect(findings(judged)).toContain(`${effect} ${name}`);
        expect(
          engine()
            .evaluate(judged)
            .findings.find(({ policy }) => policy === name),
        ).toMatchObject({
          path,
          message: expect.stringMatching(/\w{20}|\w+ /),
        });
      }
      for (const judged of passes) {
        expect(findings(judged).join()).not.toContain(name);
      }
    },
  );

  it('should find nothing at all in what follows every practice', () => {
    expect(
      [topic(), keyspace(), database()].map(each => findings(each)),
    ).toEqual([[], [], []]);
  });

  it('should deny nothing in development', () => {
    const poor = [
      topic(
        { replicationFactor: 1, config: {} },
        {
          system: undefined,
          name: 'Ugly',
          instance: DEV,
          request: { reason: '' },
        },
      ),
      keyspace({ replication: { dc1: 1 }, durableWrites: false }, DEV),
      database(
        { connectionLimit: -1 },
        { ...DEV, connection: { sslmode: 'disable' } },
      ),
    ];
    expect(
      poor.flatMap(each => findings(each)).filter(f => f.startsWith('deny')),
    ).toEqual([]);
  });

  it('should be listed in docs/policies.md as they are', () => {
    const page = readFileSync(
      resolvePath(__dirname, '../../../../../docs/policies.md'),
      'utf8',
    );
    const listed = [...page.matchAll(/^\| `([\w/-]+)` \| (\w+) \|/gm)].map(
      ([, name, effect]) => [name, effect],
    );
    expect(listed).toEqual(
      defaultPolicies.map(({ name, effect }) => [name, effect]),
    );
  });

  it('should be switched off, together or one by one, and take other effects', () => {
    const judged = topic({ replicationFactor: 1 }, { system: undefined });
    expect(findings(judged)).toEqual([
      'deny production/system',
      'deny kafka/production-replication-factor',
    ]);
    expect(findings(judged, engine({ enabled: false }))).toEqual([]);
    expect(
      findings(judged, engine({ disabled: ['production/system'] })),
    ).toEqual(['deny kafka/production-replication-factor']);
    const effects = { 'production/system': 'info' } as const;
    expect(findings(judged, engine({ effects }))).toEqual([
      'info production/system',
      'deny kafka/production-replication-factor',
    ]);
  });

  it('should give way to a configured policy of the same name', () => {
    const own: PolicyDefinition = {
      name: 'production/system',
      effect: 'info',
      message: 'Ours',
      configPath: 'dataResources.policies[0]',
    };
    expect(findings(topic(), engine({}, [own]))).toEqual([
      'info production/system',
    ]);
  });

  it('should leave out those of types that are not installed', () => {
    const only = createPolicyEngine(
      {
        platformGroup: PLATFORM,
        environments: ['dev'],
        instances: [],
        policies: [],
        defaultPolicies: ALL,
        budgets: [],
      },
      { types: new Map(), engines: new Map() },
    );
    expect(
      findings(topic({ replicationFactor: 1 }, { system: undefined }), only),
    ).toEqual(['deny production/system']);
  });
});

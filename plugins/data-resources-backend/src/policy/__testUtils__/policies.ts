import { PolicyEngine } from '../PolicyEngine';
import type { PolicyDefinition, PolicyInput } from '../types';

export const PLATFORM = 'group:default/platform';

/** An engine of policies that are named after their place. */
export function engine(
  policies: Partial<PolicyDefinition>[],
  options: Partial<Parameters<typeof PolicyEngine.create>[1]> = {},
): PolicyEngine {
  return PolicyEngine.create(
    policies.map((policy, index) => ({
      name: `policy-${index}`,
      configPath: `dataResources.policies[${index}]`,
      ...policy,
    })),
    { platformGroup: PLATFORM, ...options },
  );
}

/** A small topic in dev, except for what is overridden. */
export function input(
  overrides: Partial<
    Omit<PolicyInput, 'request' | 'requester' | 'plan' | 'instance'>
  > & {
    request?: Partial<PolicyInput['request']>;
    requester?: Partial<PolicyInput['requester']>;
    plan?: Partial<PolicyInput['plan']>;
    instance?: Partial<PolicyInput['instance']>;
  } = {},
): PolicyInput {
  return {
    type: 'kafka-topic',
    name: 'payments.settled',
    owner: 'group:default/payments',
    spec: JSON.parse('{"partitions": 6, "replicationFactor": 1, "ratio": 0.5}'),
    grants: [],
    ...overrides,
    request: { action: 'create', ...overrides.request },
    requester: {
      ref: 'user:default/payments-dev',
      groups: ['group:default/payments'],
      isPlatform: false,
      ...overrides.requester,
    },
    instance: {
      name: 'kafka-dev',
      engine: 'kafka',
      environment: 'dev',
      production: false,
      topology: { brokers: 3 },
      limits: {},
      connection: { engine: 'kafka', securityProtocol: 'SASL_SSL' },
      ...overrides.instance,
    },
    plan: { risk: 'low', changes: [], destructive: false, ...overrides.plan },
  };
}

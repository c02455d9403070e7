import type {
  Engine,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import { withDefaultPolicies, type DefaultPolicySettings } from './defaults';
import { PolicyEngine } from './PolicyEngine';
import type { BudgetDefinition, PolicyDefinition } from './types';

/** What the configuration says about policies. */
export interface PolicyConfig {
  platformGroup: string;
  environments: readonly string[];
  /** Absent where policies may name any. */
  instances?: readonly { name: string }[];
  policies: readonly PolicyDefinition[];
  defaultPolicies: DefaultPolicySettings;
  budgets: readonly BudgetDefinition[];
}

/**
 * The configured policies, those that ship, and the budgets. Throws an `InputError` that names
 * the policy or budget and what is wrong with it.
 *
 * @param installed - what policies may name; where nobody knows, any type and engine will do
 */
export function createPolicyEngine(
  config: PolicyConfig,
  installed?: {
    types: ReadonlyMap<string, ResourceType>;
    engines: ReadonlyMap<string, Engine>;
  },
): PolicyEngine {
  return PolicyEngine.create(policiesInForce(config, installed), {
    platformGroup: config.platformGroup,
    budgets: config.budgets,
    known: {
      types: installed && [...installed.types.keys()],
      engines: installed && [...installed.engines.keys()],
      environments: config.environments,
      instances: config.instances?.map(({ name }) => name),
      counters:
        installed &&
        [...installed.types.values()].flatMap(type => type.counters ?? []),
    },
  });
}

/** The configured policies and, as they are tuned, those that ship. */
export function policiesInForce(
  config: Pick<PolicyConfig, 'policies' | 'defaultPolicies'>,
  installed?: { types: ReadonlyMap<string, ResourceType> },
): PolicyDefinition[] {
  return withDefaultPolicies(
    config.policies,
    config.defaultPolicies,
    installed && [...installed.types.keys()],
  );
}

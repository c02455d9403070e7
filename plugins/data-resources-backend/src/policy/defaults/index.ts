import type { PolicyDefinition } from '../types';
import { cassandraDefaults } from './cassandra';
import type { DefaultPolicy, DefaultPolicySettings } from './DefaultPolicy';
import { everywhereDefaults } from './everywhere';
import { kafkaDefaults } from './kafka';
import { postgresDefaults } from './postgres';

export type { DefaultPolicy, DefaultPolicySettings } from './DefaultPolicy';

/** Every policy that ships. */
export const defaultPolicies: readonly DefaultPolicy[] = [
  ...everywhereDefaults,
  ...kafkaDefaults,
  ...cassandraDefaults,
  ...postgresDefaults,
];

/**
 * The policies that apply: the configured ones, then those that ship. A configured policy takes
 * the place of the shipped one of its name.
 *
 * @param types - the types that are installed; absent where nobody knows
 */
export function withDefaultPolicies(
  configured: readonly PolicyDefinition[],
  settings: DefaultPolicySettings,
  types?: readonly string[],
): PolicyDefinition[] {
  const taken = new Set([
    ...configured.map(({ name }) => name),
    ...settings.disabled,
  ]);
  const shipped = defaultPolicies
    .filter(({ name, match }) => {
      const isInstalled =
        !types ||
        !match.types ||
        match.types.some(type => types.includes(type));
      return settings.enabled && isInstalled && !taken.has(name);
    })
    .map(policy => ({
      ...policy,
      effect: settings.effects[policy.name] ?? policy.effect,
      configPath: `default policy ${policy.name}`,
    }));
  return [...configured, ...shipped];
}

import type { Instance } from '@data-resources/plugin-data-resources-common';

/** The environments that have an instance, each once, in the order of the instances. */
export function environmentsOf(
  instances: Instance[],
): { id: string; label: string }[] {
  const names = new Set(instances.map(({ environment }) => environment));
  return [...names].map(name => ({ id: name, label: name }));
}

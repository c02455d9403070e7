import type { DiscoveryQuery } from '@data-resources/plugin-data-resources-common';

export const discoveryFilterNames = [
  'instance',
  'type',
  'owner',
  'internal',
] as const;

export type DiscoveryFilterName = (typeof discoveryFilterNames)[number];

/** What the API is asked for these filters. */
export function discoveryQuery(
  values: Partial<Record<DiscoveryFilterName, string>>,
): DiscoveryQuery {
  const { internal, ...query } = values;
  return { ...query, internal: internal === 'true' || undefined };
}

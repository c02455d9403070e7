import type { JsonObject } from '@backstage/types';

/** Who there is in the catalog of a {@link BenchServer}. */
export interface Organisation {
  /** Names of the groups of each user. */
  users: Record<string, string[]>;
  /** Names of the groups that own each component. */
  components?: Record<string, string>;
}

/** The entities of an organisation, its groups included. */
export function organisation({
  users,
  components = {},
}: Organisation): JsonObject[] {
  const groups = new Set([
    ...Object.values(users).flat(),
    ...Object.values(components),
  ]);
  return [
    ...[...groups].map(name =>
      entity('Group', name, { type: 'team', children: [] }),
    ),
    ...Object.entries(users).map(([name, memberOf]) =>
      entity('User', name, { profile: { displayName: name }, memberOf }),
    ),
    ...Object.entries(components).map(([name, owner]) =>
      entity('Component', name, {
        type: 'service',
        lifecycle: 'production',
        owner: `group:default/${owner}`,
      }),
    ),
  ];
}

function entity(kind: string, name: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name },
    spec,
  };
}

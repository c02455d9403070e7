import type { ResourceRow } from '../database/rows';

/** What people and services alike are shown of a resource. */
export function describeResource(row: ResourceRow) {
  return {
    id: row.id,
    type: row.type,
    engine: row.engine,
    instance: row.instance,
    environment: row.environment,
    name: row.name,
    owner: row.owner,
    system: row.system ?? undefined,
    tags: row.tags,
    description: row.description ?? undefined,
    spec: row.spec,
    phase: row.phase,
    purgeAt: row.purge_at?.toISOString(),
    entityRef: row.entity_ref,
    updatedAt: row.updated_at.toISOString(),
  };
}

import type { Knex } from 'knex';
import { isUuid } from '../database/keyset';
import type { GrantRow, ResourceRow } from '../database/rows';
import { runPrepared } from '../database/runPrepared';

/** A resource with the active grants of one principal on it. */
export interface Grantee {
  resource: ResourceRow;
  /** With the component that was approved. */
  grants: readonly Pick<GrantRow, 'principal_uid' | 'principal_owner'>[];
}

const READ = {
  name: 'read_grantee',
  sql: `
    SELECT r.*,
      (SELECT coalesce(jsonb_agg(jsonb_build_object(
         'principal_uid', g.principal_uid, 'principal_owner', g.principal_owner)), '[]'::jsonb)
       FROM grants g
       WHERE g.resource_id = r.id AND g.principal = :principal AND g.state = 'active') AS grants
    FROM resources r WHERE r.id = CAST(:resourceId AS uuid)`,
};

/** Nothing where there is no such resource. */
export async function readGrantee(
  knex: Knex,
  resourceId: string,
  principal: string,
): Promise<Grantee | undefined> {
  if (!isUuid(resourceId)) {
    return undefined;
  }
  const { rows } = await runPrepared<ResourceRow & Pick<Grantee, 'grants'>>(
    knex,
    READ,
    { resourceId, principal },
  );
  return rows.map(({ grants, ...resource }) => ({ resource, grants }))[0];
}

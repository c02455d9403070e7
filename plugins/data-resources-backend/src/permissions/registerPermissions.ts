import type { PermissionsRegistryService } from '@backstage/backend-plugin-api';
import { isResourcePermission } from '@backstage/plugin-permission-common';
import {
  dataResourcesPermissions,
  RESOURCE_TYPE_DATA_RESOURCES_REQUEST,
  RESOURCE_TYPE_DATA_RESOURCES_RESOURCE,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import { isUuid } from '../database/keyset';
import type { ApproverRow, RequestRow, ResourceRow } from '../database/rows';
import { requestRules } from './requestRules';
import {
  requestResourceRef,
  resourceResourceRef,
  type RuledRequest,
} from './resourceRefs';
import { resourceRules } from './resourceRules';

/**
 * Tells the permission backend, and with it any tool that writes policies, of our permissions and
 * rules, and lets it apply conditions to rows by their ids.
 */
export function registerPermissions(options: {
  registry: PermissionsRegistryService;
  knex: Knex;
}): void {
  const { registry, knex } = options;
  registry.addPermissions(
    dataResourcesPermissions.filter(each => !isResourcePermission(each)),
  );
  registry.addResourceType({
    resourceRef: requestResourceRef,
    permissions: dataResourcesPermissions.filter(each =>
      isResourcePermission(each, RESOURCE_TYPE_DATA_RESOURCES_REQUEST),
    ),
    rules: Object.values(requestRules),
    getResources: async ids => inOrder(ids, await ruledRequests(knex, ids)),
  });
  registry.addResourceType({
    resourceRef: resourceResourceRef,
    permissions: dataResourcesPermissions.filter(each =>
      isResourcePermission(each, RESOURCE_TYPE_DATA_RESOURCES_RESOURCE),
    ),
    rules: Object.values(resourceRules),
    getResources: async ids =>
      inOrder(
        ids,
        await knex<ResourceRow>('resources').whereIn('id', ids.filter(isUuid)),
      ),
  });
}

/** Requests with the groups that must approve their current plans, as rules look at them. */
export async function ruledRequests(
  knex: Knex,
  ids: readonly string[],
): Promise<(RequestRow & RuledRequest)[]> {
  const rows: RequestRow[] = await knex<RequestRow>('requests').whereIn(
    'id',
    ids.filter(isUuid),
  );
  const approvers: ApproverRow[] = await knex<ApproverRow>(
    'request_approvers',
  ).whereIn(
    'request_id',
    rows.map(({ id }) => id),
  );
  return rows.map(row => ({
    ...row,
    approvers: approvers
      .filter(
        ({ request_id, plan_revision }) =>
          request_id === row.id && plan_revision === row.plan_revision,
      )
      .map(({ group_ref }) => group_ref),
  }));
}

function inOrder<TRow extends { id: string }>(
  ids: readonly string[],
  rows: readonly TRow[],
): (TRow | undefined)[] {
  const byId = new Map(rows.map(row => [row.id, row]));
  return ids.map(id => byId.get(id));
}

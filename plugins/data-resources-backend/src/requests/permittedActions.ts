import {
  dataResourcesRequestDecidePermission,
  dataResourcesRequestWithdrawPermission,
  dataResourcesResourceReadPermission,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import type { RequestRow } from '../database/rows';
import type { RuledRequest, Scope } from '../permissions';

/** What the permission policy leaves of what the rules let a caller do with requests. */
export interface PermittedActions {
  decide: Scope<RuledRequest>;
  /** Also for trying again. */
  withdraw: Scope<RuledRequest>;
  /** Ids of the resources that the caller may see. */
  resources: ReadonlySet<string>;
}

/** For all rows at once. */
export async function permittedActions(
  knex: Knex,
  rows: readonly RequestRow[],
  caller: Caller,
): Promise<PermittedActions> {
  const { permissions } = caller;
  return {
    decide: await permissions.requests(dataResourcesRequestDecidePermission),
    withdraw: await permissions.requests(
      dataResourcesRequestWithdrawPermission,
    ),
    resources: await visibleResources(
      knex,
      rows.flatMap(({ resource_id, input }) =>
        [resource_id, input.promotedFrom].filter(
          (id): id is string => typeof id === 'string',
        ),
      ),
      caller,
    ),
  };
}

/** Those of the resources that the caller may see. */
export async function visibleResources(
  knex: Knex,
  ids: readonly string[],
  caller: Caller,
): Promise<ReadonlySet<string>> {
  const scope = await caller.permissions.resources(
    dataResourcesResourceReadPermission,
  );
  if (scope.everything || ids.length === 0) {
    return new Set(ids);
  }
  const query = knex('resources')
    .whereRaw('resources.id = ANY(?::uuid[])', [[...ids]])
    .select('resources.id');
  scope.narrow(query);
  const found: { id: string }[] = await query;
  return new Set(found.map(({ id }) => id));
}

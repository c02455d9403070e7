import { resourceEntityRef } from '@data-resources/plugin-data-resources-common';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { insertRows } from '../database/insertRows';
import type { RequestRow } from '../database/rows';
import { usageOf } from '../usage';
import { bindClaims } from './claims/claimRows';
import { claimsOf } from './claims/claimsOf';
import { currentPlans } from './currentPlans';

/**
 * Puts what requests make into the ledger, when they are approved; answers the ids by request, of which the
 * feed has still to be told. From here on the names are held by the resources.
 */
export async function insertResources(
  trx: Knex,
  rows: readonly RequestRow[],
  types: ReadonlyMap<string, ResourceType>,
): Promise<Map<string, string>> {
  if (rows.length === 0) {
    return new Map();
  }
  const found = await foundSpecs(trx, rows);
  const made = newResources(
    rows.map(row => ({ row, found: found.get(row.id) })),
    types,
  );
  const ids = new Map([...made].map(([request, { id }]) => [request, id]));
  await insertRows(trx, 'resources', [...made.values()]);
  await trx.raw(
    `UPDATE reservations r SET resource_id = v.resource_id
     FROM jsonb_to_recordset(?::jsonb) AS v(request_id uuid, resource_id uuid)
     WHERE r.request_id = v.request_id`,
    [
      JSON.stringify(
        [...ids].map(([request_id, resource_id]) => ({
          request_id,
          resource_id,
        })),
      ),
    ],
  );
  await bindClaims(
    trx,
    new Map(
      rows
        .filter(row => claims(row, made.get(row.id)!.spec, types))
        .map(({ id }) => [id, ids.get(id)!]),
    ),
  );
  return ids;
}

/**
 * The rows of what requests make, by request.
 *
 * @param making - with the spec that an `adopt` found
 */
export function newResources(
  making: readonly { row: RequestRow; found?: JsonObject }[],
  types: ReadonlyMap<string, ResourceType>,
) {
  return new Map(
    making.map(({ row, found }) => [
      row.id,
      resourceOf(row, uuid(), specOf(row, found), types),
    ]),
  );
}

function claims(
  row: RequestRow,
  spec: JsonObject,
  types: ReadonlyMap<string, ResourceType>,
): boolean {
  const type = types.get(row.type);
  return type !== undefined && claimsOf(type, row.name, spec).length > 0;
}

function resourceOf(
  row: RequestRow,
  id: string,
  spec: JsonObject,
  types: ReadonlyMap<string, ResourceType>,
) {
  const input = row.input as {
    system?: string;
    description?: string;
    tags?: string[];
    promotedFrom?: string;
  };
  return {
    id,
    type: row.type,
    engine: row.engine,
    instance: row.instance,
    environment: row.environment,
    name: row.name,
    owner: row.owner,
    system: input.system ?? null,
    description: input.description ?? null,
    tags: input.tags ?? [],
    spec: spec,
    usage: usageOf(types.get(row.type), spec),
    promoted_from: input.promotedFrom ?? null,
    phase: 'provisioning',
    entity_ref: resourceEntityRef(row.instance, row.name),
  };
}

/** What each `adopt` among the requests found, by request. */
async function foundSpecs(
  trx: Knex,
  rows: readonly RequestRow[],
): Promise<Map<string, JsonObject | undefined>> {
  const adopting = rows.filter(({ action }) => action !== 'create');
  if (adopting.length === 0) {
    return new Map();
  }
  const plans = await currentPlans(trx, adopting);
  return new Map(
    [...plans].map(([id, { plan }]) => [id, plan.spec as JsonObject]),
  );
}

function specOf(
  { id, action, input }: RequestRow,
  found: JsonObject | undefined,
): JsonObject {
  const spec = action === 'create' ? (input.spec as JsonObject) : found;
  if (!spec) {
    throw new Error(`The plan of request ${id} has no spec`);
  }
  return spec;
}

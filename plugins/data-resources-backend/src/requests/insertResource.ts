import { resourceEntityRef } from '@data-resources/plugin-data-resources-common';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { appendOutbox } from '../database/appendEvents';
import type { PlanRow, RequestRow, ResourceRow } from '../database/rows';
import { bindClaims } from './claims/claimRows';
import { claimsOf } from './claims/claimsOf';
import { usageOf } from '../usage';

/**
 * Puts what a request makes into the ledger, when it is approved; answers the id. From here on the
 * name is held by the resource.
 */
export async function insertResource(
  trx: Knex,
  row: RequestRow,
  types: ReadonlyMap<string, ResourceType>,
): Promise<string> {
  const input = row.input as {
    system?: string;
    description?: string;
    tags?: string[];
    promotedFrom?: string;
  };
  const spec = await specOf(trx, row);
  const id = uuid();
  await trx<ResourceRow>('resources').insert({
    id,
    type: row.type,
    engine: row.engine,
    instance: row.instance,
    environment: row.environment,
    name: row.name,
    owner: row.owner,
    system: input.system ?? null,
    description: input.description ?? null,
    tags: JSON.stringify(input.tags ?? []) as unknown as string[],
    spec: JSON.stringify(spec) as unknown as JsonObject,
    usage: JSON.stringify(
      usageOf(types.get(row.type), spec),
    ) as unknown as ResourceRow['usage'],
    promoted_from: input.promotedFrom ?? null,
    phase: 'provisioning',
    entity_ref: resourceEntityRef(row.instance, row.name),
  });
  await trx('reservations')
    .where({ request_id: row.id })
    .update({ resource_id: id });
  const type = types.get(row.type);
  if (type && claimsOf(type, row.name, spec).length > 0) {
    await bindClaims(trx, new Map([[row.id, id]]));
  }
  await appendOutbox(trx, [{ kind: 'resource', id }]);
  return id;
}

/** What a `create` asks for, and what an `adopt` found. */
async function specOf(trx: Knex, row: RequestRow): Promise<JsonObject> {
  if (row.action === 'create') {
    return row.input.spec as JsonObject;
  }
  const stored = await trx<PlanRow>('request_plans')
    .where({ request_id: row.id, revision: row.plan_revision })
    .first('plan');
  if (!stored?.plan.spec) {
    throw new Error(`The plan of request ${row.id} has no spec`);
  }
  return stored.plan.spec as JsonObject;
}

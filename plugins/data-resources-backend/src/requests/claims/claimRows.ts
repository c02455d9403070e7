import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { RequestRow } from '../../database/rows';
import type { Subject } from '../Subject';
import { claimsOfSubject } from './claimsOf';

/** States in which a request has touched nothing on the engine yet. */
const NOT_BEGUN = ['pending', 'approved'];

/**
 * Takes the prefixes that a request asks for. Nobody else has taken what overlaps: that was made sure of in
 * this transaction.
 */
export async function takeClaims(
  trx: Knex,
  row: RequestRow,
  subject: Subject,
): Promise<void> {
  const { action } = row;
  const claims =
    action === 'create' || action === 'adopt' || action === 'update'
      ? claimsOfSubject(subject)
      : [];
  if (claims.length > 0) {
    await trx('name_claims')
      .insert(
        claims.map(({ prefix }) => ({
          id: uuid(),
          instance: row.instance,
          normalised_prefix: subject.type.normaliseName(prefix),
          prefix,
          name: row.name,
          owner: row.owner,
          request_id: row.id,
          resource_id: row.resource_id,
        })),
      )
      .onConflict(['request_id', 'normalised_prefix'])
      .ignore();
  }
}

/** Lets go of what a request asked for, and did not get. */
export async function releaseClaims(trx: Knex, row: RequestRow): Promise<void> {
  await trx('name_claims')
    .where({ request_id: row.id })
    .whereNull('released_at')
    .update({ released_at: trx.fn.now() });
}

/** What requests have made stands in the ledger: it holds what they claimed. Resource by request. */
export async function bindClaims(
  trx: Knex,
  made: ReadonlyMap<string, string>,
): Promise<void> {
  if (made.size > 0) {
    await trx.raw(
      `UPDATE name_claims c SET resource_id = v.resource
       FROM unnest(?::uuid[], ?::uuid[]) AS v(request, resource)
       WHERE c.request_id = v.request`,
      [[...made.keys()], [...made.values()]],
    );
  }
}

/**
 * Changes are done: lets go of what their resources claimed before them, and of what failed ones left.
 *
 * @param requestIds - of the updates
 */
export async function releaseEarlierClaims(
  trx: Knex,
  requestIds: readonly string[],
): Promise<void> {
  if (requestIds.length > 0) {
    await trx.raw(
      `UPDATE name_claims c SET released_at = now()
       FROM requests d
       WHERE d.id = ANY(?::uuid[]) AND c.resource_id = d.resource_id AND c.request_id <> d.id
         AND c.released_at IS NULL
         AND NOT EXISTS (
           SELECT 1 FROM requests q WHERE q.id = c.request_id AND q.state = ANY(?::text[]))`,
      [[...requestIds], NOT_BEGUN],
    );
  }
}

/** Resources are gone: nothing of them is claimed any more. */
export async function releaseAllClaims(
  trx: Knex,
  resourceIds: readonly string[],
): Promise<void> {
  await trx('name_claims')
    .whereIn('resource_id', [...resourceIds])
    .whereNull('released_at')
    .update({ released_at: trx.fn.now() });
}

/** Prefixes for which something may stand on the engine, by resource and in a fixed order. */
export async function heldPrefixes(
  knex: Knex,
  resourceIds: readonly string[],
): Promise<Map<string, string[]>> {
  const rows: { resource: string; prefix: string }[] = await knex(
    'name_claims as c',
  )
    .join('requests as q', 'q.id', 'c.request_id')
    .whereIn('c.resource_id', [...resourceIds])
    .whereNull('c.released_at')
    .whereNotIn('q.state', NOT_BEGUN)
    .distinct('c.resource_id as resource', 'c.prefix')
    .orderBy('c.prefix');
  const held = new Map<string, string[]>();
  for (const { resource, prefix } of rows) {
    held.set(resource, [...(held.get(resource) ?? []), prefix]);
  }
  return held;
}

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

/** A change is done: lets go of what the resource claimed before it, and of what failed ones left. */
export async function releaseEarlierClaims(
  trx: Knex,
  resourceId: string,
  requestId: string,
): Promise<void> {
  await trx('name_claims')
    .where({ resource_id: resourceId })
    .whereNot({ request_id: requestId })
    .whereNull('released_at')
    .whereNotExists(query =>
      query
        .from('requests')
        .whereRaw('requests.id = name_claims.request_id')
        .whereIn('requests.state', NOT_BEGUN),
    )
    .update({ released_at: trx.fn.now() });
}

/** The resource is gone: nothing of it is claimed any more. */
export async function releaseAllClaims(
  trx: Knex,
  resourceId: string,
): Promise<void> {
  await trx('name_claims')
    .where({ resource_id: resourceId })
    .whereNull('released_at')
    .update({ released_at: trx.fn.now() });
}

/** Prefixes of a resource for which something may stand on the engine, in a fixed order. */
export async function heldPrefixes(
  knex: Knex,
  resourceId: string,
): Promise<string[]> {
  return knex('name_claims as c')
    .join('requests as q', 'q.id', 'c.request_id')
    .where('c.resource_id', resourceId)
    .whereNull('c.released_at')
    .whereNotIn('q.state', NOT_BEGUN)
    .distinct('c.prefix')
    .orderBy('c.prefix')
    .pluck('c.prefix');
}

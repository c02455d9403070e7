import { ConflictError } from '@backstage/errors';
import type { RequestAction } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { RequestRow } from '../database/rows';

/** Those of the normalised names on an instance that somebody has, or has asked for. */
export async function heldNames(
  knex: Knex,
  instance: string,
  normalisedNames: readonly string[],
): Promise<ReadonlySet<string>> {
  const held: { normalised_name: string }[] = await knex('reservations')
    .where({ instance })
    .whereRaw('normalised_name = ANY(?::text[])', [[...normalisedNames]])
    .whereNull('released_at')
    .select('normalised_name');
  return new Set(held.map(({ normalised_name }) => normalised_name));
}

/**
 * Takes the name for a request; the unique index lets one of many win. Throws `ConflictError`
 * for the others.
 */
export async function reserveName(
  trx: Knex,
  row: RequestRow,
  normalisedName: string,
): Promise<void> {
  const inserted = await trx('reservations')
    .insert({
      id: uuid(),
      instance: row.instance,
      normalised_name: normalisedName,
      name: row.name,
      request_id: row.id,
    })
    .onConflict(
      trx.raw('(instance, normalised_name) WHERE released_at IS NULL') as never,
    )
    .ignore()
    .returning('id');
  if (inserted.length === 0) {
    throw nameIsHeld(row);
  }
}

/** The error for a name that somebody has, or has asked for. */
export function nameIsHeld(request: {
  action: RequestAction;
  instance: string;
  name: string;
}): ConflictError {
  const { action, instance, name } = request;
  const [held, next] =
    action === 'adopt'
      ? ['managed', 'look at the resource or the open request of that name']
      : ['taken', 'choose another name'];
  return new ConflictError(
    `name is ${JSON.stringify(
      name,
    )}, which is ${held} or asked for on ${instance} already (names that the engine cannot keep apart count as one); ${next}`,
  );
}

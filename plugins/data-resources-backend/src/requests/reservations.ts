import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { RequestRow } from '../database/rows';

/** Whether somebody has, or has asked for, a name that the engine cannot keep apart from this one. */
export async function isNameHeld(
  knex: Knex,
  instance: string,
  normalisedName: string,
): Promise<boolean> {
  const held = await knex('reservations')
    .where({ instance, normalised_name: normalisedName })
    .whereNull('released_at')
    .first('id');
  return held !== undefined;
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
    throw nameIsHeld(row.instance, row.name);
  }
}

/** The error for a name that somebody has, or has asked for. */
export function nameIsHeld(instance: string, name: string): ConflictError {
  return new ConflictError(
    `name is ${JSON.stringify(
      name,
    )}, which is taken or asked for on ${instance} already (names that the engine cannot keep apart count as one); choose another name`,
  );
}

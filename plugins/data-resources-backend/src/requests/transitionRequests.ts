import { ConflictError } from '@backstage/errors';
import type { RequestState } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import { outboxRows } from '../database/appendEvents';
import { insertIntoAll, type Insert } from '../database/insertRows';
import type { RequestRow } from '../database/rows';
import { canTransition } from './states';

/** A request as it was when its change was decided on; without a resource it keeps the one it has. */
export type SeenRequest = Pick<RequestRow, 'id' | 'state' | 'revision'> &
  Partial<Pick<RequestRow, 'resource_id'>>;

/**
 * The one way requests change their state: only from the state and revision that were seen, and
 * all of them or none. Throws `ConflictError` when somebody was faster, or the state machine has
 * no such transition. The answer is in the order of `seen`.
 *
 * @param along - what else is to be written, given the requests in the order of `seen`
 */
export async function transitionRequests(
  trx: Knex,
  seen: readonly SeenRequest[],
  to: RequestState,
  patch: Partial<RequestRow>,
  along: (rows: readonly RequestRow[]) => readonly Insert[] = () => [],
): Promise<RequestRow[]> {
  if (seen.length === 0) {
    return [];
  }
  const refused = seen.find(({ state }) => !canTransition(state, to));
  if (refused) {
    throw new ConflictError(
      `A request that is ${refused.state} cannot be ${to}`,
    );
  }
  const rows: RequestRow[] = await trx('requests')
    .updateFrom(
      // The types know names of tables only; the builder takes any source.
      trx.raw(
        'jsonb_to_recordset(?::jsonb) AS seen(id uuid, state text, revision int, resource_id uuid)',
        [
          JSON.stringify(
            seen.map(({ id, state, revision, resource_id }) => ({
              id,
              state,
              revision,
              resource_id,
            })),
          ),
        ],
      ) as unknown as string,
    )
    .whereRaw(
      'requests.id = seen.id AND requests.state = seen.state AND requests.revision = seen.revision',
    )
    .update({
      waiting_reason: null,
      waiting_message: null,
      next_attempt_at: null,
      lease_ticket: null,
      lease_until: null,
      resource_id: trx.raw('coalesce(seen.resource_id, requests.resource_id)'),
      ...patch,
      state: to,
      revision: trx.raw('requests.revision + 1'),
      updated_at: trx.raw("date_trunc('milliseconds', now())"),
    })
    .returning('requests.*');
  if (rows.length < seen.length) {
    throw new ConflictError(
      'The request has changed in the meantime; load it again',
    );
  }
  const byId = new Map(rows.map(row => [row.id, row]));
  const after = seen.map(({ id }) => byId.get(id)!);
  await insertIntoAll(trx, [
    ...along(after),
    outboxRows(after.map(({ id }) => ({ kind: 'request', id }))),
  ]);
  return after;
}

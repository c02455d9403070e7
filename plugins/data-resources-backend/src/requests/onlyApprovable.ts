import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';

/**
 * Narrows a query of `requests` to those that wait for this person. OFFSET 0 keeps each condition
 * one that is looked at row by row: the newest of what waits are few, and a join would begin
 * with everything that the person has ever decided.
 */
export function onlyApprovable(query: Knex.QueryBuilder, caller: Caller): void {
  query
    .where('requests.state', 'pending')
    .whereNot('requests.requested_by', caller.userRef)
    .whereRaw(
      // `open` says the same as the state above, and has an index.
      `EXISTS (SELECT 1 FROM request_approvers a
         WHERE a.request_id = requests.id AND a.plan_revision = requests.plan_revision
           AND a.open AND a.group_ref = ANY(?::text[])
           AND a.count > (SELECT count(*) FROM decisions d WHERE d.request_id = requests.id
             AND d.plan_revision = requests.plan_revision AND d.effect = 'approve'
             AND d.group_ref = a.group_ref)
         OFFSET 0)`,
      [[...caller.groups]],
    )
    .whereRaw(
      `NOT EXISTS (SELECT 1 FROM decisions d WHERE d.request_id = requests.id
         AND d.plan_revision = requests.plan_revision AND d.decided_by = ?
         OFFSET 0)`,
      [caller.userRef],
    );
}

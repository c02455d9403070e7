import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import type { ApproverRow } from '../database/rows';

/** Narrows a query of `requests` to those that wait for this person. */
export function onlyApprovable(
  knex: Knex,
  query: Knex.QueryBuilder,
  caller: Caller,
): void {
  const groups = [...caller.groups];
  query
    .where('requests.state', 'pending')
    .whereNot('requests.requested_by', caller.userRef)
    .whereExists(
      knex<ApproverRow>('request_approvers AS a')
        .select(knex.raw('1'))
        .whereRaw(
          'a.request_id = requests.id AND a.plan_revision = requests.plan_revision',
        )
        // Says the same as the state above, and has an index.
        .where('a.open', true)
        .whereIn('a.group_ref', groups)
        .whereRaw(
          `a.count > (SELECT count(*) FROM decisions d WHERE d.request_id = requests.id
               AND d.plan_revision = requests.plan_revision AND d.effect = 'approve'
               AND d.group_ref = a.group_ref)`,
        ),
    )
    .whereNotExists(
      knex('decisions AS d')
        .select(knex.raw('1'))
        .whereRaw(
          'd.request_id = requests.id AND d.plan_revision = requests.plan_revision',
        )
        .where('d.decided_by', caller.userRef),
    );
}

import type { Knex } from 'knex';
import type { Reason, Scope } from '../permissions';
import { newestFirst, readPage, type PageOptions } from './keyset';

export interface VisiblePageOptions {
  knex: Knex;
  table: 'requests' | 'resources';
  /** What the caller may see. */
  scope: Scope<any>;
  /** Adds the filters of the list; columns are named with their table. */
  filter(query: Knex.QueryBuilder): void;
  page: PageOptions;
}

/** What a lookup compares with, besides `approver`, which is a table of its own. */
const COLUMNS: Readonly<Record<string, string>> = {
  owner: 'owner',
  requestedBy: 'requested_by',
};

/**
 * Reads a page of what somebody may see. Where that has several reasons, the newest of each are
 * looked up by an index, and the newest of those are the page: however many rows there are of
 * others, none is read.
 */
export async function readVisiblePage<
  TRow extends { created_at: Date; id: string },
>(options: VisiblePageOptions): Promise<{ rows: TRow[]; nextCursor?: string }> {
  const { knex, table, scope, filter, page } = options;
  const query = knex(table).select(`${table}.*`);
  if (scope.reasons?.length) {
    query.whereIn(
      `${table}.id`,
      knex.select('id').from(
        knex
          .unionAll(
            scope.reasons.map(reason => newestOf(reason, options)),
            true,
          )
          .as('seen'),
      ),
    );
  } else {
    scope.narrow(query);
    filter(query);
  }
  return readPage<TRow>(query, table, page);
}

/** Ids of the newest rows for one reason, of each of its values at most a page. */
function newestOf(
  { lookup, condition }: Reason,
  { knex, table, filter, page }: VisiblePageOptions,
): Knex.QueryBuilder {
  const isApprover = lookup?.key === 'approver';
  const order = isApprover
    ? (['ra.created_at', 'ra.request_id'] as const)
    : ([`${table}.created_at`, `${table}.id`] as const);
  const rows = isApprover
    ? knex('request_approvers AS ra')
        .joinRaw(
          'JOIN requests ON requests.id = ra.request_id AND requests.plan_revision = ra.plan_revision',
        )
        .whereRaw('ra.group_ref = v.value')
    : knex(table);
  if (lookup && !isApprover) {
    rows.whereRaw('?? = v.value', [`${table}.${COLUMNS[lookup.key]}`]);
  }
  if (condition) {
    rows.whereRaw(condition.sql, condition.bindings);
  }
  filter(rows);
  newestFirst(rows, order, page).select(`${table}.id`, order[0]);
  return lookup
    ? knex
        .select('newest.id')
        .from(
          knex.raw(
            'unnest(?::text[]) AS v(value) CROSS JOIN LATERAL ? AS newest',
            [[...lookup.values], rows],
          ),
        )
    : knex.select('newest.id').from(rows.as('newest'));
}

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
  /** Whether the filters let through only what is pending: that has an index of its own. */
  pendingOnly?: boolean;
  page: PageOptions;
}

/** What a lookup compares with, besides `approver`, which is a table of its own. */
const COLUMNS: Readonly<Record<string, string>> = {
  owner: 'owner',
  requestedBy: 'requested_by',
};

/** Somebody of more groups than this is rare, and gets the same page more slowly. */
const LOOKUPS_AT_MOST = 60;

/**
 * Reads a page of what somebody may see. Where that has several reasons, the newest of each are
 * looked up by an index, and the newest of those are the page: however many rows there are of
 * others, none is read. Each value is looked up by itself, for the database plans by how many
 * rows that very value has.
 *
 * The page is found by time and id alone, which the indexes of the filters hold, and only then are
 * its rows read.
 */
export async function readVisiblePage<
  TRow extends { created_at: Date; id: string },
>(options: VisiblePageOptions): Promise<{ rows: TRow[]; nextCursor?: string }> {
  const { knex, table, page } = options;
  const query = knex
    .select(`${table}.*`)
    .from(newestVisible(options).as('page'))
    // OFFSET 0 keeps it a lookup for each row of the page: a join could also read the table through.
    .joinRaw(
      'CROSS JOIN LATERAL (SELECT * FROM ?? WHERE id = page.id OFFSET 0) AS ??',
      [table, table],
    );
  return readPage<TRow>(query, table, page);
}

/** Time and id of the rows of the page. */
function newestVisible(options: VisiblePageOptions): Knex.QueryBuilder {
  const { knex, table, scope, filter, page } = options;
  const lookups = (scope.reasons ?? []).flatMap(lookupsOf);
  if (lookups.length > 0 && lookups.length <= LOOKUPS_AT_MOST) {
    const newest = lookups.map(lookup =>
      knex.select('*').from(newestOf(lookup, options).as('newest')),
    );
    return newestFirst(
      knex
        .distinct('created_at', 'id')
        .from(knex.unionAll(newest, true).as('seen')),
      ['created_at', 'id'],
      { limit: page.limit },
    );
  }
  const query = knex(table);
  scope.narrow(query);
  filter(query);
  return keysOf(query, [`${table}.created_at`, `${table}.id`], page);
}

function keysOf(
  query: Knex.QueryBuilder,
  order: readonly [time: string, id: string],
  page: PageOptions,
): Knex.QueryBuilder {
  return newestFirst(query, order, page).select({
    created_at: order[0],
    id: order[1],
  });
}

interface Lookup extends Pick<Reason, 'condition'> {
  key?: string;
  value?: string;
}

function lookupsOf({ lookup, condition }: Reason): Lookup[] {
  return lookup
    ? lookup.values.map(value => ({ key: lookup.key, value, condition }))
    : [{ condition }];
}

/** Where the newest rows of one lookup are, at most a page of them. */
function newestOf(
  { key, value, condition }: Lookup,
  { knex, table, filter, pendingOnly, page }: VisiblePageOptions,
): Knex.QueryBuilder {
  const isApprover = key === 'approver';
  const order = isApprover
    ? (['ra.created_at', 'ra.request_id'] as const)
    : ([`${table}.created_at`, `${table}.id`] as const);
  const rows = isApprover
    ? knex('request_approvers AS ra')
        .joinRaw(
          'JOIN requests ON requests.id = ra.request_id AND requests.plan_revision = ra.plan_revision',
        )
        .where('ra.group_ref', value)
        .modify(query => pendingOnly && query.where('ra.open', true))
    : knex(table);
  if (key && !isApprover) {
    rows.where(`${table}.${COLUMNS[key]}`, value);
  }
  if (condition) {
    rows.whereRaw(condition.sql, condition.bindings);
  }
  filter(rows);
  return keysOf(rows, order, page);
}

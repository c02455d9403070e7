import type { Knex } from 'knex';
import type { Reason, Scope } from '../permissions';
import { newestFirst, readPage, type PageOptions } from './keyset';

export interface VisiblePageOptions {
  knex: Knex;
  table: 'requests' | 'resources';
  /** What the caller may see. */
  scope: Scope<any>;
  /** Values that columns must have. */
  where: Readonly<Record<string, string>>;
  /** Adds whatever else must hold; columns are named with their table. */
  filter?(query: Knex.QueryBuilder): void;
  /** Of requests: nothing else is shown than what waits for these groups. */
  waitingFor?: readonly string[];
  page: PageOptions;
}

/** What a lookup compares with, besides `approver`, which is a table of its own. */
const COLUMNS: Readonly<Record<string, string>> = {
  owner: 'owner',
  requestedBy: 'requested_by',
};

/** What that table has of a request. */
const WITH_APPROVER: ReadonlySet<string> = new Set([
  'state',
  'action',
  'type',
  'instance',
  'environment',
]);

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

/** The filters that are given. */
export function defined(
  filters: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters).flatMap(([column, value]) =>
      value === undefined ? [] : [[column, value]],
    ),
  );
}

/** Time and id of the rows of the page. */
function newestVisible(options: VisiblePageOptions): Knex.QueryBuilder {
  const { knex, table, scope, page } = options;
  const lookups = lookupsFor(options);
  if (!lookups || lookups.length > LOOKUPS_AT_MOST) {
    const query = knex(table);
    scope.narrow(query);
    return keysOf(matching(query, options), table, page);
  }
  if (lookups.length === 0) {
    return keysOf(knex(table).whereRaw('FALSE'), table, page);
  }
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

interface Lookup extends Pick<Reason, 'condition'> {
  key?: string;
  value?: string;
  /** Finds more than what the caller may see. */
  needsScope?: boolean;
}

/** Where the rows can be found; `undefined` where only a look at all of them tells. */
function lookupsFor({
  scope,
  where,
  waitingFor,
}: VisiblePageOptions): Lookup[] | undefined {
  if (waitingFor) {
    return waitingFor.map(value => ({
      key: 'approver',
      value,
      needsScope: true,
    }));
  }
  if (!scope.reasons) {
    return undefined;
  }
  const lookups = scope.reasons.flatMap(lookupsOf);
  const asked = ({ key = '' }: Lookup) => where[COLUMNS[key]];
  const isAskedFor = (lookup: Lookup) => asked(lookup) === lookup.value;
  // A filter by what is looked up anyway leaves that lookup alone, or none.
  const all = lookups.find(
    lookup => asked(lookup) && isAskedFor(lookup) && !lookup.condition,
  );
  return all
    ? [all]
    : lookups.filter(lookup => !asked(lookup) || isAskedFor(lookup));
}

function lookupsOf({ lookup, condition }: Reason): Lookup[] {
  return lookup
    ? lookup.values.map(value => ({ key: lookup.key, value, condition }))
    : [{ condition }];
}

/** Where the newest rows of one lookup are, at most a page of them. */
function newestOf(
  lookup: Lookup,
  options: VisiblePageOptions,
): Knex.QueryBuilder {
  const { knex, table, page } = options;
  const { key, value, condition } = lookup;
  if (key === 'approver') {
    return keysOf(ofApprover(lookup, options), table, page, [
      'ra.created_at',
      'ra.request_id',
    ]);
  }
  const rows = matching(knex(table), options);
  if (key) {
    rows.where(`${table}.${COLUMNS[key]}`, value);
  }
  if (condition) {
    rows.whereRaw(condition.sql, condition.bindings);
  }
  return keysOf(rows, table, page);
}

/** Requests that a group must approve; they are read only where more is asked than stands beside it. */
function ofApprover(
  { value, condition, needsScope }: Lookup,
  options: VisiblePageOptions,
): Knex.QueryBuilder {
  const { knex, scope, where, filter } = options;
  const open = isOpen(options);
  // What is open is of a pending request's current plan: said again, the database would multiply
  // the shares, expect next to nothing, and sort all there is instead of reading it in order.
  const rows = knex('request_approvers AS ra').where({
    'ra.group_ref': value,
    ...(open ? { 'ra.open': true } : { 'ra.current_plan': true }),
  });
  let needsRequest = Boolean(condition || needsScope || filter);
  for (const [column, wanted] of Object.entries(where)) {
    if (open && column === 'state' && wanted === 'pending') {
      continue;
    }
    const stands = WITH_APPROVER.has(column);
    rows.where(`${stands ? 'ra' : 'requests'}.${column}`, wanted);
    needsRequest ||= !stands;
  }
  if (needsRequest) {
    rows.joinRaw(
      'CROSS JOIN LATERAL (SELECT * FROM requests WHERE id = ra.request_id OFFSET 0) AS requests',
    );
  }
  if (condition) {
    rows.whereRaw(condition.sql, condition.bindings);
  }
  if (needsScope) {
    scope.narrow(rows);
  }
  filter?.(rows);
  return rows;
}

/** Whether only what is pending can be shown: that has an index of its own. */
function isOpen({ where, waitingFor }: VisiblePageOptions): boolean {
  return where.state === 'pending' || waitingFor !== undefined;
}

function matching(
  query: Knex.QueryBuilder,
  { table, where, filter }: VisiblePageOptions,
): Knex.QueryBuilder {
  for (const [column, value] of Object.entries(where)) {
    query.where(`${table}.${column}`, value);
  }
  filter?.(query);
  return query;
}

function keysOf(
  query: Knex.QueryBuilder,
  table: string,
  page: PageOptions,
  [time, id]: readonly [time: string, id: string] = [
    `${table}.created_at`,
    `${table}.id`,
  ],
): Knex.QueryBuilder {
  return newestFirst(query, [time, id], page).select({ created_at: time, id });
}

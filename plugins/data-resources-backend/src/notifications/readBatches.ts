import type { RequestState } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';

/** What somebody has to do with of the requests that were sent together. */
export interface BatchOfReader {
  batchId: string;
  /** The requester, or a group that must approve. */
  reader: string;
  requestedBy: string;
  /** How many requests there are in each state. */
  states: Partial<Record<RequestState, number>>;
  /** What they ask for, e.g. `create`, and on which instances. */
  actions: string[];
  instances: string[];
}

const READERS = `
  SELECT r.batch_id, r.requested_by AS reader, r.id FROM requests r
  WHERE r.batch_id = ANY(?)
  UNION ALL
  SELECT r.batch_id, a.group_ref, r.id FROM requests r
  JOIN request_approvers a ON a.request_id = r.id AND a.plan_revision = r.plan_revision
  WHERE r.batch_id = ANY(?)`;

/** Of batches, for each requester and each group that must approve: how far they are. */
export async function readBatches(
  knex: Knex,
  batchIds: readonly string[],
): Promise<BatchOfReader[]> {
  const ids = [...batchIds];
  const { rows } = await knex.raw<{
    rows: (Omit<BatchOfReader, 'states' | 'batchId' | 'requestedBy'> & {
      batch_id: string;
      requested_by: string;
      state: RequestState;
      count: number;
    })[];
  }>(
    `SELECT v.batch_id, v.reader, r.state, min(r.requested_by) AS requested_by,
       count(*)::int AS count, array_agg(DISTINCT r.action) AS actions,
       array_agg(DISTINCT r.instance) AS instances
     FROM (${READERS}) v JOIN requests r ON r.id = v.id
     GROUP BY v.batch_id, v.reader, r.state ORDER BY 1, 2, 3`,
    [ids, ids],
  );
  const found = new Map<string, BatchOfReader>();
  for (const row of rows) {
    const key = `${row.batch_id} ${row.reader}`;
    const batch = found.get(key) ?? {
      batchId: row.batch_id,
      reader: row.reader,
      requestedBy: row.requested_by,
      states: {},
      actions: [],
      instances: [],
    };
    batch.states[row.state] = row.count;
    batch.actions = union(batch.actions, row.actions);
    batch.instances = union(batch.instances, row.instances);
    found.set(key, batch);
  }
  return [...found.values()];
}

function union(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])].sort();
}

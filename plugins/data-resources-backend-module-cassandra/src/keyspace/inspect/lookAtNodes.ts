import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../../cql/quote';
import type { CassandraSession, Row } from '../../session/CassandraSession';
import type { Deadline } from '../../session/Deadline';

/** Every node tells of its own clients, its own replicas and what it was asked alone. */
const VIEWS = {
  clients: '*',
  disk_usage: 'keyspace_name, table_name, mebibytes',
  max_partition_size: 'keyspace_name, table_name, mebibytes',
  rows_per_read: 'keyspace_name, table_name, count, p99th, max',
  tombstones_per_read: 'keyspace_name, table_name, count, p99th, max',
  local_read_latency: 'keyspace_name, table_name, count, p99th_ms',
  local_write_latency: 'keyspace_name, table_name, count, p99th_ms',
  coordinator_read_latency: 'keyspace_name, table_name, count, p99th_ms',
  coordinator_write_latency: 'keyspace_name, table_name, count, p99th_ms',
  pending_hints: 'address, files',
} as const;

type View = keyof typeof VIEWS;

const names = Object.keys(VIEWS) as View[];

/** What the nodes tell of themselves, all of them together. */
export interface Seen {
  rows: { readonly [V in View]: readonly Row[] };
  unseen: string[];
  /** Whether nothing at all was told. */
  blind: boolean;
}

/** One look at every node. */
export async function lookAtNodes({
  session,
  deadline,
}: {
  session: CassandraSession;
  deadline: Deadline;
}): Promise<Seen> {
  try {
    const { rows, silent } = await session.readFromEveryNode(
      names.map(name => `SELECT ${VIEWS[name]} FROM system_views.${name}`),
      deadline,
    );
    return {
      rows: byView(index => rows[index]),
      blind: false,
      unseen: silent.map(
        node =>
          `the clients and the sizes of the node ${node}: it did not answer`,
      ),
    };
  } catch (error) {
    if (!isProviderError(error) || error.reason !== 'Unauthorized') {
      throw error;
    }
    return {
      rows: byView(() => []),
      blind: true,
      unseen: [
        `who is connected, and how large the tables are: an administrator lets the portal see that by: GRANT SELECT ON KEYSPACE system_views TO ${quoteIdentifier(
          session.username,
        )}`,
      ],
    };
  }
}

function byView(rowsOf: (index: number) => readonly Row[]): Seen['rows'] {
  return Object.fromEntries(
    names.map((name, index) => [name, rowsOf(index)]),
  ) as Seen['rows'];
}

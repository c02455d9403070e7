import {
  type EffectiveAccess,
  type Inspection,
  isProviderError,
  type LiveUser,
  type Measure,
} from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../cql/quote';
import type { Row } from '../session/CassandraSession';
import { type AccessTools, readAccess } from './readAccess';

/** Every node tells of its own clients and its own replicas alone. */
const CLIENTS = 'SELECT * FROM system_views.clients';
const DISK_USAGE =
  'SELECT keyspace_name, table_name, mebibytes FROM system_views.disk_usage';
const LARGEST_PARTITION =
  'SELECT keyspace_name, table_name, mebibytes FROM system_views.max_partition_size';
const READS =
  'SELECT keyspace_name, table_name, count FROM system_views.local_read_latency';
const WRITES =
  'SELECT keyspace_name, table_name, count FROM system_views.local_write_latency';

const MEBIBYTE = 1024 * 1024;

interface Seen {
  clients: Row[];
  disk: Row[];
  partitions: Row[];
  reads: Row[];
  writes: Row[];
  unseen: string[];
}

/**
 * Who is connected to a cluster and uses keyspaces, or may use them: which statements a client sends
 * is told by nobody. A look at every node and one at the permissions, for however many keyspaces.
 */
export async function inspectKeyspaces(
  names: readonly string[],
  tools: AccessTools,
): Promise<Map<string, Inspection>> {
  const existing = await tools.keyspaces.many(names, tools.deadline);
  const [seen, access] = await Promise.all([
    look(tools),
    readAccess([...existing.keys()], tools),
  ]);
  return new Map(
    names.map(name => [
      name,
      existing.has(name)
        ? {
            users: usersOf(name, seen.clients, access.get(name)!, tools),
            measures: measuresOf(name, seen),
            unseen: seen.unseen,
          }
        : { users: [], measures: [], unseen: [] },
    ]),
  );
}

async function look({ session, deadline }: AccessTools): Promise<Seen> {
  try {
    const { rows, silent } = await session.readFromEveryNode(
      [CLIENTS, DISK_USAGE, LARGEST_PARTITION, READS, WRITES],
      deadline,
    );
    const [clients, disk, partitions, reads, writes] = rows;
    return {
      clients,
      disk,
      partitions,
      reads,
      writes,
      unseen: silent.map(
        node =>
          `the clients and the sizes of the node ${node}: it did not answer`,
      ),
    };
  } catch (error) {
    if (!isProviderError(error) || error.reason !== 'Unauthorized') {
      throw error;
    }
    const none: Row[] = [];
    return {
      clients: none,
      disk: none,
      partitions: none,
      reads: none,
      writes: none,
      unseen: [
        `who is connected, and how large the tables are: an administrator lets the portal see that by: GRANT SELECT ON KEYSPACE system_views TO ${quoteIdentifier(
          session.username,
        )}`,
      ],
    };
  }
}

function usersOf(
  keyspace: string,
  clients: Row[],
  access: EffectiveAccess[],
  { session }: AccessTools,
): LiveUser[] {
  // A right on all keyspaces, as monitoring has it, says nothing about this one.
  const entitled = new Set(
    access
      .filter(
        ({ internal, via }) => !internal && via !== 'granted on all keyspaces',
      )
      .map(({ login }) => login),
  );
  const byRole = new Map<string, Row[]>();
  for (const client of clients) {
    const role = String(client.username ?? '');
    const uses = client.keyspace_name === keyspace;
    if (role !== session.username && (uses || entitled.has(role))) {
      byRole.set(role, [...(byRole.get(role) ?? []), client]);
    }
  }
  return [...byRole]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([role, connections]) => ({
      name: role,
      kind: 'client',
      count: connections.length,
      detail: detailOf(keyspace, connections),
    }));
}

function detailOf(keyspace: string, connections: Row[]): string {
  const inside = connections.filter(
    client => client.keyspace_name === keyspace,
  ).length;
  const different = (column: string) =>
    [
      ...new Set(
        connections.flatMap(client =>
          client[column] ? [String(client[column])] : [],
        ),
      ),
    ].sort();
  const drivers = different('driver_name');
  return [
    inside > 0
      ? `${inside} with USE ${keyspace}`
      : 'connected, and may use the keyspace',
    ...(drivers.length > 0 ? [`by ${drivers.join(', ')}`] : []),
    `from ${different('address').join(', ')}`,
  ].join(', ');
}

function measuresOf(
  keyspace: string,
  { disk, partitions, reads, writes, unseen }: Seen,
): Measure[] {
  if (disk.length === 0 && unseen.length > 0) {
    return [];
  }
  const sizes = byTable(keyspace, disk, 'mebibytes', sum);
  const largest = byTable(keyspace, partitions, 'mebibytes', Math.max);
  const total = (rows: Row[]) =>
    [...byTable(keyspace, rows, 'count', sum).values()].reduce(sum, 0);
  return [
    {
      name: 'size',
      title: 'Size on the disks of all nodes',
      value: [...sizes.values()].reduce(sum, 0) * MEBIBYTE,
      unit: 'bytes',
    },
    {
      name: 'tables',
      title: 'Tables',
      value: sizes.size,
      unit: 'count',
    },
    {
      name: 'reads',
      title: 'Reads of replicas since the nodes started',
      value: total(reads),
      unit: 'count',
    },
    {
      name: 'writes',
      title: 'Writes to replicas since the nodes started',
      value: total(writes),
      unit: 'count',
    },
    ...[...sizes].map(
      ([table, mebibytes]): Measure => ({
        name: 'table-size',
        title: 'Size of a table on the disks of all nodes',
        value: mebibytes * MEBIBYTE,
        unit: 'bytes',
        labels: { table },
      }),
    ),
    ...[...largest].map(
      ([table, mebibytes]): Measure => ({
        name: 'largest-partition',
        title: 'Largest partition of a table',
        value: mebibytes * MEBIBYTE,
        unit: 'bytes',
        labels: { table },
      }),
    ),
  ];
}

function sum(left: number, right: number): number {
  return left + right;
}

/** One figure per table of what each node tells, in the order of the tables. */
function byTable(
  keyspace: string,
  rows: Row[],
  column: string,
  combine: (left: number, right: number) => number,
): Map<string, number> {
  const figures = new Map<string, number>();
  for (const row of rows) {
    if (row.keyspace_name === keyspace) {
      const value = Number(row[column] ?? 0);
      const found = figures.get(row.table_name);
      figures.set(
        row.table_name,
        found === undefined ? value : combine(found, value),
      );
    }
  }
  return new Map(
    [...figures].sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

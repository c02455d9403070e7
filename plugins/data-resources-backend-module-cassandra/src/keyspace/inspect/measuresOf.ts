import type { Measure } from '@data-resources/plugin-data-resources-node';
import type { Row } from '../../session/CassandraSession';
import type { Seen } from './lookAtNodes';

const MEBIBYTE = 1024 * 1024;
const MILLISECONDS = 1_000;

type Figure = Omit<Measure, 'value' | 'labels'>;

const LATENCIES: readonly [keyof Seen['rows'], Figure][] = [
  [
    'coordinator_read_latency',
    {
      name: 'read-latency',
      title:
        '99 of 100 reads of clients take at most (slowest table and node, of late)',
      unit: 'seconds',
    },
  ],
  [
    'coordinator_write_latency',
    {
      name: 'write-latency',
      title:
        '99 of 100 writes of clients take at most (slowest table and node, of late)',
      unit: 'seconds',
    },
  ],
  [
    'local_read_latency',
    {
      name: 'replica-read-latency',
      title:
        '99 of 100 reads of a replica take at most (slowest table and node, of late)',
      unit: 'seconds',
    },
  ],
  [
    'local_write_latency',
    {
      name: 'replica-write-latency',
      title:
        '99 of 100 writes to a replica take at most (slowest table and node, of late)',
      unit: 'seconds',
    },
  ],
];

/** Figures of a keyspace: sums over all nodes, or of the node that has the most. */
export function measuresOf(keyspace: string, { rows, blind }: Seen): Measure[] {
  if (blind) {
    return [];
  }
  const sizes = byTable(keyspace, rows.disk_usage, 'mebibytes', sum);
  const total = (found: readonly Row[]) =>
    [...byTable(keyspace, found, 'count', sum).values()].reduce(sum, 0);
  const ofTables = (
    found: readonly Row[],
    column: string,
    figure: Figure,
    factor = 1,
  ) =>
    [...byTable(keyspace, found, column, Math.max)].map(
      ([table, value]): Measure => ({
        ...figure,
        value: value * factor,
        labels: { table },
      }),
    );
  return [
    {
      name: 'size',
      title: 'Size on the disks of all nodes',
      value: [...sizes.values()].reduce(sum, 0) * MEBIBYTE,
      unit: 'bytes',
    },
    { name: 'tables', title: 'Tables', value: sizes.size, unit: 'count' },
    {
      name: 'reads',
      title: 'Reads of replicas since the nodes started',
      value: total(rows.local_read_latency),
      unit: 'count',
    },
    {
      name: 'writes',
      title: 'Writes to replicas since the nodes started',
      value: total(rows.local_write_latency),
      unit: 'count',
    },
    ...latencies(keyspace, rows),
    ...[...sizes].map(
      ([table, mebibytes]): Measure => ({
        name: 'table-size',
        title: 'Size of a table on the disks of all nodes',
        value: mebibytes * MEBIBYTE,
        unit: 'bytes',
        labels: { table },
      }),
    ),
    ...ofTables(
      rows.max_partition_size,
      'mebibytes',
      {
        name: 'largest-partition',
        title: 'Largest partition of a table',
        unit: 'bytes',
      },
      MEBIBYTE,
    ),
    ...ofTables(used(rows.rows_per_read), 'p99th', {
      name: 'rows-per-read',
      title: '99 of 100 reads of a table find at most so many rows',
      unit: 'count',
    }),
    ...ofTables(used(rows.tombstones_per_read), 'p99th', {
      name: 'tombstones-per-read',
      title: '99 of 100 reads of a table pass at most so many tombstones',
      unit: 'count',
    }),
    ...ofTables(used(rows.tombstones_per_read), 'max', {
      name: 'most-tombstones',
      title: 'The most tombstones that a read of a table passed of late',
      unit: 'count',
    }),
    ...hints(rows.pending_hints),
  ];
}

/** Where nothing was read or written there is none. What takes less than the server's smallest step is told as 0. */
function latencies(keyspace: string, rows: Seen['rows']): Measure[] {
  return LATENCIES.flatMap(([view, figure]) => {
    const found = [
      ...byTable(keyspace, used(rows[view]), 'p99th_ms', Math.max).values(),
    ];
    return found.length === 0
      ? []
      : [{ ...figure, value: Math.max(...found) / MILLISECONDS }];
  });
}

function used(rows: readonly Row[]): Row[] {
  return rows.filter(row => Number(row.count ?? 0) > 0);
}

/** Nodes keep what others missed in files, whatever keyspace it belongs to. */
function hints(rows: readonly Row[]): Measure[] {
  const files = new Map<string, number>();
  for (const row of rows) {
    const node = String(row.address);
    files.set(node, (files.get(node) ?? 0) + Number(row.files ?? 0));
  }
  return [...files]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([node, value]) => ({
      name: 'pending-hints',
      title: 'Files with writes to any keyspace that a node has missed',
      value,
      unit: 'count',
      labels: { node },
    }));
}

function sum(left: number, right: number): number {
  return left + right;
}

/** One figure per table of what each node tells, in the order of the tables. */
function byTable(
  keyspace: string,
  rows: readonly Row[],
  column: string,
  combine: (left: number, right: number) => number,
): Map<string, number> {
  const figures = new Map<string, number>();
  for (const row of rows) {
    if (row.keyspace_name === keyspace) {
      const told = Number(row[column] ?? 0);
      const value = Number.isFinite(told) ? told : 0;
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

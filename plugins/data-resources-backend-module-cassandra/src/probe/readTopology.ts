import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';

/** One node as its peers know it. */
export interface ClusterNode {
  address: string;
  dataCenter: string;
  rack: string;
  version: string;
  schemaVersion: string;
}

/** The nodes of a cluster, asked of one of them. */
export interface Cluster {
  name: string;
  nodes: ClusterNode[];
}

/** Reads what the node that answers knows of itself and of the others. */
export async function readTopology(
  session: CassandraSession,
  deadline: Deadline,
): Promise<Cluster> {
  const columns = 'data_center, rack, release_version, schema_version';
  // What a node knows of itself is not among its peers, so all must come from one.
  const [[local], peers] = await session.readFromOneNode(
    [
      `SELECT cluster_name, broadcast_address AS address, ${columns} FROM system.local`,
      `SELECT peer AS address, ${columns} FROM system.peers_v2`,
    ],
    deadline,
  );
  return {
    name: local.cluster_name,
    // Of a node that is about to join, not all is known yet.
    nodes: [local, ...peers]
      .filter(row => row.data_center && row.release_version)
      .map(row => ({
        address: String(row.address),
        dataCenter: row.data_center,
        rack: row.rack ?? '',
        version: row.release_version,
        schemaVersion: String(row.schema_version),
      })),
  };
}

/** Data centre to number of nodes, in the order of their names. */
export function countNodes(nodes: readonly ClusterNode[]): {
  [dataCenter: string]: number;
} {
  const counts = new Map<string, number>();
  for (const { dataCenter } of nodes) {
    counts.set(dataCenter, (counts.get(dataCenter) ?? 0) + 1);
  }
  return Object.fromEntries(
    [...counts].sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** Data centre to its racks, and those to their numbers of nodes. */
export function countRacks(nodes: readonly ClusterNode[]): {
  [dataCenter: string]: { [rack: string]: number };
} {
  const counts = new Map<string, Map<string, number>>();
  for (const { dataCenter, rack } of nodes) {
    const racks = counts.get(dataCenter) ?? new Map<string, number>();
    counts.set(dataCenter, racks.set(rack, (racks.get(rack) ?? 0) + 1));
  }
  return Object.fromEntries(
    [...counts].map(([dataCenter, racks]) => [
      dataCenter,
      Object.fromEntries(racks),
    ]),
  );
}

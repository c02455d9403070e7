import type { ClusterIdentity } from '@data-resources/plugin-data-resources-node';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import type { MetaKeyspace } from './MetaKeyspace';

/** A cluster's id: its name, which need not be unique, and what it was given at the first use. */
export function clusterIdOf(name: string, drawn: string): string {
  return `${name}/${drawn}`;
}

/** Which cluster it is. Writes nothing. */
export async function identifyCluster(
  session: CassandraSession,
  meta: MetaKeyspace,
  deadline: Deadline,
): Promise<ClusterIdentity> {
  const [[{ cluster_name: name }], drawn] = await Promise.all([
    session.read('SELECT cluster_name FROM system.local', deadline),
    meta.clusterId(deadline),
  ]);
  switch (drawn.state) {
    case 'kept':
      return { state: 'known', id: clusterIdOf(name, drawn.id) };
    case 'none':
      return { state: 'new', id: name };
    default:
      return { state: 'hidden', why: drawn.why };
  }
}

import type { ClusterIdentity } from '@data-resources/plugin-data-resources-node';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import type { MetaKeyspace } from './MetaKeyspace';

/** How long a node is believed to be one of the cluster whose id it told. */
const BELIEVED_MS = 60_000;

/** A cluster's id: its name, which need not be unique, and what it was given at the first use. */
export function clusterIdOf(name: string, drawn: string): string {
  return `${name}/${drawn}`;
}

/**
 * Says which cluster it is. While the portal's connections are the ones on which that was told of
 * late, they go to the same nodes, and nothing is asked. A node keeps its own id for as long as it keeps
 * its data, and with them its cluster: on other connections, one that has told the cluster's id
 * of late is only asked which node it is.
 */
export class ClusterIdentifier {
  readonly #session: CassandraSession;
  readonly #meta: Pick<MetaKeyspace, 'clusterId'>;
  /** Of nodes by their ids: what they told, and until when it is believed. */
  readonly #told = new Map<
    string,
    { identity: ClusterIdentity; until: number }
  >();
  /** What was told last, and on which connections. */
  #last?: { identity: ClusterIdentity; until: number; connections?: string };

  private constructor(options: {
    session: CassandraSession;
    meta: Pick<MetaKeyspace, 'clusterId'>;
  }) {
    this.#session = options.session;
    this.#meta = options.meta;
  }

  static create(options: {
    session: CassandraSession;
    meta: Pick<MetaKeyspace, 'clusterId'>;
  }): ClusterIdentifier {
    return new ClusterIdentifier(options);
  }

  /** Which cluster it is. Writes nothing. */
  async identify(deadline: Deadline): Promise<ClusterIdentity> {
    // Taken before it is asked: a connection made meanwhile is another one.
    const connections = await this.#session.connections(deadline);
    if (
      this.#last &&
      connections !== undefined &&
      this.#last.connections === connections &&
      performance.now() < this.#last.until
    ) {
      return this.#last.identity;
    }
    const [{ cluster_name: name, host_id: node }] = await this.#session.read(
      'SELECT cluster_name, host_id FROM system.local',
      deadline,
    );
    const known = this.#told.get(String(node));
    if (known && performance.now() < known.until) {
      this.#last = { ...known, connections };
      return known.identity;
    }
    const drawn = await this.#meta.clusterId(deadline);
    switch (drawn.state) {
      case 'kept': {
        const identity: ClusterIdentity = {
          state: 'known',
          id: clusterIdOf(name, drawn.id),
        };
        const told = { identity, until: performance.now() + BELIEVED_MS };
        this.#told.set(String(node), told);
        this.#last = { ...told, connections };
        return identity;
      }
      case 'none':
        return { state: 'new', id: name };
      default:
        return { state: 'hidden', why: drawn.why };
    }
  }
}

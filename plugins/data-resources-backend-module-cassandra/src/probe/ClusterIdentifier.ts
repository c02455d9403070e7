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
 * Says which cluster it is. A node keeps its own id for as long as it keeps its data, and with them
 * its cluster: one that has told the cluster's id of late is only asked which node it is.
 */
export class ClusterIdentifier {
  readonly #session: CassandraSession;
  readonly #meta: Pick<MetaKeyspace, 'clusterId'>;
  /** Of nodes by their ids: what they told, and until when it is believed. */
  readonly #told = new Map<
    string,
    { identity: ClusterIdentity; until: number }
  >();

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
    const [{ cluster_name: name, host_id: node }] = await this.#session.read(
      'SELECT cluster_name, host_id FROM system.local',
      deadline,
    );
    const told = this.#told.get(String(node));
    if (told && performance.now() < told.until) {
      return told.identity;
    }
    const drawn = await this.#meta.clusterId(deadline);
    switch (drawn.state) {
      case 'kept': {
        const identity: ClusterIdentity = {
          state: 'known',
          id: clusterIdOf(name, drawn.id),
        };
        this.#told.set(String(node), {
          identity,
          until: performance.now() + BELIEVED_MS,
        });
        return identity;
      }
      case 'none':
        return { state: 'new', id: name };
      default:
        return { state: 'hidden', why: drawn.why };
    }
  }
}

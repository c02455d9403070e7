import { createHash, randomUUID } from 'node:crypto';
import { types } from 'cassandra-driver';
import {
  isProviderError,
  type InstanceCondition,
} from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../cql/quote';
import { createKeyspace } from '../cql/statements';
import { META_KEYSPACE } from '../keyspace/names';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';

const TABLE = 'facts';
const MOST_REPLICAS = 3;
const CLUSTER = 'cluster';
const PAUSE_MS = 300;

/** What is kept on the cluster about itself and the portals on it. */
export interface MetaFacts {
  /** Drawn once for the cluster. */
  clusterId?: string;
  condition: InstanceCondition;
}

/** What the cluster says of its own id. */
export type KeptId =
  | { state: 'kept'; id: string }
  | { state: 'none' }
  | { state: 'hidden'; why: string };

/**
 * The keyspace `data_resources_meta`. A cluster's name need not be unique, and nodes come
 * and go with their ids, so the cluster is given an id there; and each provisioner is bound
 * to one portal, for what proves that a keyspace is ours is the provisioner's permissions.
 */
export class MetaKeyspace {
  readonly #session: CassandraSession;
  readonly #installationId: string;
  readonly #keyspace: string;
  readonly #table: string;

  private constructor(options: {
    session: CassandraSession;
    installationId: string;
    keyspace: string;
  }) {
    this.#session = options.session;
    this.#installationId = options.installationId;
    this.#keyspace = options.keyspace;
    this.#table = `${quoteIdentifier(options.keyspace)}.${TABLE}`;
  }

  /** @param options - `keyspace` is `data_resources_meta` unless told */
  static create(options: {
    session: CassandraSession;
    installationId: string;
    keyspace?: string;
  }): MetaKeyspace {
    return new MetaKeyspace({ keyspace: META_KEYSPACE, ...options });
  }

  /**
   * Reads what is kept, and writes it at the first use.
   *
   * @param nodes - data centre to number of nodes
   */
  async facts(
    nodes: { [dataCenter: string]: number },
    deadline: Deadline,
  ): Promise<MetaFacts> {
    for (;;) {
      try {
        const kept = await this.#ensure(nodes, deadline);
        return { clusterId: kept.cluster, condition: this.#judge(kept.portal) };
      } catch (error) {
        if (isProviderError(error) && error.reason === 'Unauthorized') {
          return { condition: this.#noAccess() };
        }
        if (!isUnknownTable(error) || !deadline.allowsSlowCall) {
          throw error;
        }
        // Another backend has just made the table, and this node does not know it yet.
        await deadline.pause(PAUSE_MS);
      }
    }
  }

  /** The cluster's id, where it has one that may be read. Writes nothing. */
  async clusterId(deadline: Deadline): Promise<KeptId> {
    try {
      const id = (await this.#read([CLUSTER], deadline))?.get(CLUSTER);
      return id === undefined ? { state: 'none' } : { state: 'kept', id };
    } catch (error) {
      if (isUnknownTable(error)) {
        return { state: 'none' };
      }
      if (isProviderError(error) && error.reason === 'Unauthorized') {
        return { state: 'hidden', why: this.#noAccess().message };
      }
      throw error;
    }
  }

  async #ensure(
    nodes: { [dataCenter: string]: number },
    deadline: Deadline,
  ): Promise<{ cluster: string; portal: string }> {
    const owner = `provisioner:${this.#session.username}`;
    let kept = await this.#read([CLUSTER, owner], deadline);
    if (!kept) {
      await this.#createTable(nodes, deadline);
      kept = new Map();
    }
    return {
      cluster:
        kept.get(CLUSTER) ??
        (await this.#keep(CLUSTER, randomUUID(), deadline)),
      portal:
        kept.get(owner) ??
        (await this.#keep(owner, this.#installationId, deadline)),
    };
  }

  /** Undefined when there is no such table yet. */
  async #read(
    names: string[],
    deadline: Deadline,
  ): Promise<Map<string, string> | undefined> {
    const tables = await this.#session.read(
      'SELECT id FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?',
      deadline,
      { params: [this.#keyspace, TABLE] },
    );
    if (tables.length === 0) {
      return undefined;
    }
    const rows = await this.#session.read(
      `SELECT name, value FROM ${this.#table} WHERE name IN ?`,
      deadline,
      // A data centre that came later has no replicas.
      { params: [names], consistency: types.consistencies.one },
    );
    return new Map(rows.map(row => [row.name, row.value]));
  }

  async #createTable(
    nodes: { [dataCenter: string]: number },
    deadline: Deadline,
  ): Promise<void> {
    await this.#session.changeSchema(
      createKeyspace({
        keyspace: this.#keyspace,
        replication: Object.fromEntries(
          Object.entries(nodes).map(([name, count]) => [
            name,
            Math.min(MOST_REPLICAS, count),
          ]),
        ),
        durableWrites: true,
        ifNotExists: true,
      }),
      deadline,
    );
    await this.#session.changeSchema(
      `CREATE TABLE IF NOT EXISTS ${
        this.#table
      } (name text PRIMARY KEY, value text) WITH ID = ${tableId(
        this.#keyspace,
      )} AND comment = 'Kept by Data Resources; do not change'`,
      deadline,
    );
  }

  /** The first to write decides; answers with what is kept then. */
  async #keep(
    name: string,
    value: string,
    deadline: Deadline,
  ): Promise<string> {
    const [row] = await this.#session.write(
      `INSERT INTO ${this.#table} (name, value) VALUES (?, ?) IF NOT EXISTS`,
      deadline,
      { params: [name, value], consistency: types.consistencies.quorum },
    );
    return row['[applied]'] ? value : row.value;
  }

  #judge(portal: string): InstanceCondition {
    const type = 'Installation';
    const { username } = this.#session;
    return portal === this.#installationId
      ? {
          type,
          status: 'ok',
          message: `The role "${username}" works for this portal alone`,
        }
      : {
          type,
          status: 'error',
          message: `The role "${username}" already works for the portal '${portal}', and this one is '${
            this.#installationId
          }' (dataResources.installationId). Each would take the other's keyspaces for its own: give this portal a role of its own`,
        };
  }

  #noAccess(): InstanceCondition {
    return {
      type: 'Installation',
      status: 'error',
      message: `The portal keeps what it must know about the cluster in the keyspace "${
        this.#keyspace
      }", which somebody else created. An administrator runs: GRANT CREATE, SELECT, MODIFY ON KEYSPACE ${quoteIdentifier(
        this.#keyspace,
      )} TO ${quoteIdentifier(this.#session.username)}`,
    };
  }
}

/** Also while the server is at making it: then it is in the schema already, and nowhere else. */
function isUnknownTable(error: unknown): boolean {
  if (!isProviderError(error)) {
    return false;
  }
  return error.reason === 'Rejected'
    ? /does(n't| not) exist|unconfigured table/i.test(error.message)
    : /IllegalArgumentException: Unknown CF/.test(error.message);
}

/**
 * The same on every backend: two that create the table at once through two nodes would else
 * make two tables of one name, of which the nodes know one each.
 */
function tableId(keyspace: string): string {
  const hex = createHash('sha256').update(`${keyspace}.${TABLE}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    // Version and variant of an id that is made by a rule of one's own.
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CassandraCluster,
  type CassandraDescription,
  type CassandraNode,
} from '@data-resources/test-engines';
import { auth, Client, policies, types } from 'cassandra-driver';

const NODES: readonly CassandraNode[] = [1, 2, 3];
const PATIENCE_MS = 90_000;

/** How a node is lost. */
export type Harm = 'freeze' | 'kill';

/** The three nodes, and a plain client of each of them that is the administrator's. */
export class ThreeNodes {
  readonly description: CassandraDescription;
  readonly #cluster: CassandraCluster;

  private constructor(
    cluster: CassandraCluster,
    description: CassandraDescription,
  ) {
    this.#cluster = cluster;
    this.description = description;
  }

  static async start(): Promise<ThreeNodes> {
    const cluster = await CassandraCluster.start();
    return new ThreeNodes(cluster, await cluster.describe());
  }

  async stop(): Promise<void> {
    await this.#cluster.remove();
  }

  address(node: CassandraNode): string {
    return this.description.contactPoints[node - 1];
  }

  async harm(node: CassandraNode, how: Harm): Promise<void> {
    await this.#cluster.node(node)[how]();
  }

  /** Has all nodes run, know each other to be up and have the same schema. */
  async heal(): Promise<void> {
    await this.#cluster.heal();
    await this.eventually(async () => {
      const versions = new Set<string>();
      for (const node of NODES) {
        const { user, password } = this.description.admin;
        await this.as(node, user, password, async client => {
          // All replicas of it: every node sees every other one as up.
          await client.execute(
            'SELECT role FROM system_auth.roles WHERE role = ?',
            [user],
            { prepare: true, consistency: types.consistencies.all },
          );
          const { rows } = await client.execute(
            'SELECT schema_version FROM system.local',
          );
          versions.add(String(rows[0].schema_version));
        });
      }
      if (versions.size > 1) {
        throw new Error(`The nodes have ${versions.size} schemas`);
      }
    });
  }

  /** What each node answers to the administrator. */
  async ask(cql: string, params: unknown[] = []): Promise<types.Row[][]> {
    const { user, password } = this.description.admin;
    return Promise.all(
      NODES.map(node =>
        this.as(
          node,
          user,
          password,
          async client =>
            (await client.execute(cql, params, { prepare: true })).rows,
        ),
      ),
    );
  }

  /** Does something at one node alone. */
  async as<T>(
    node: CassandraNode,
    username: string,
    password: string,
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const { port } = this.description;
    const address = this.address(node);
    const client = new Client({
      contactPoints: [address],
      protocolOptions: { port },
      authProvider: new auth.PlainTextAuthProvider(username, password),
      policies: {
        loadBalancing: new policies.loadBalancing.AllowListPolicy(
          new policies.loadBalancing.RoundRobinPolicy(),
          [`${address}:${port}`],
        ),
      },
      socketOptions: { connectTimeout: 5_000, readTimeout: 10_000 },
    });
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.shutdown();
    }
  }

  /** What a login is told by each node when it reads a table: rows, or why not. */
  async readings(
    table: string,
    username: string,
    password: string,
  ): Promise<string[]> {
    return Promise.all(
      NODES.map(node =>
        this.as(node, username, password, client =>
          client.execute(`SELECT * FROM ${table}`),
        ).then(
          () => 'reads',
          (error: Error & { innerErrors?: object }) =>
            /has no SELECT permission/.test(error.message)
              ? 'may not read'
              : Object.values(error.innerErrors ?? {})[0]?.name ??
                error.message,
        ),
      ),
    );
  }

  async eventually(assertion: () => Promise<void>): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        await assertion();
        return;
      } catch (error) {
        if (Date.now() > end) {
          throw error;
        }
        await sleep(500);
      }
    }
  }
}

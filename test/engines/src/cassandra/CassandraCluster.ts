import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CassandraDescription } from '../description';
import { Engine } from '../Engine';
import { requireJars } from '../java/jars';
import { freePorts } from '../ports';
import { folderSecrets } from '../secrets';
import { CassandraEngine } from './CassandraEngine';

/** Where each node stands; its address is 127.0.0.1 and so on. */
const DATA_CENTERS = ['dc1', 'dc1', 'dc2'] as const;

/** Roles and permissions are on every node. */
const AUTH_REPLICAS = { dc1: 2, dc2: 1 };

/** Nodes may have guardrails that others have not. */
const GUARDRAILS_OF_THE_LAST = { columns_per_table_warn_threshold: 500 };

/** The number of one of three nodes. */
export type CassandraNode = 1 | 2 | 3;

/**
 * A real cluster of three nodes in two data centres, on 127.0.0.1 to 127.0.0.3: all of them are
 * seeds, so that they start together. A Mac has to be told of these addresses first, e.g. by
 * `sudo ifconfig lo0 alias 127.0.0.2`.
 */
export class CassandraCluster {
  readonly #folder: string;
  readonly #nodes: readonly CassandraEngine[];

  private constructor(folder: string, nodes: readonly CassandraEngine[]) {
    this.#folder = folder;
    this.#nodes = nodes;
  }

  /** Takes half a minute, and three quarters of a gigabyte for each node. */
  static async start(
    options: { progress?: (line: string) => void; signal?: AbortSignal } = {},
  ): Promise<CassandraCluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'cassandra-three-'));
    const ports = await freePorts(['cassandra-dev', 'cassandra-dev-storage']);
    const seeds = DATA_CENTERS.map((_, index) => `127.0.0.${index + 1}`);
    // Made before three write them at once, as are the jars.
    await folderSecrets(folder, ['admin', 'provisioner']);
    await requireJars('cassandra', options.progress ?? (() => {}));
    const nodes = DATA_CENTERS.map((dataCenter, index) =>
      CassandraEngine.create({
        name: 'cassandra-dev',
        folder: path.join(folder, `node${index + 1}`),
        host: seeds[index],
        ports,
        volatile: true,
        progress: options.progress,
        member: {
          dataCenter,
          seeds,
          replicas: AUTH_REPLICAS,
          secretsFolder: folder,
          guardrails: index === 2 ? GUARDRAILS_OF_THE_LAST : undefined,
        },
      }),
    );
    const cluster = new CassandraCluster(folder, nodes);
    try {
      await Promise.all(
        nodes.map(async node => {
          await mkdir(node.folder, { recursive: true });
          await node.start(options.signal);
        }),
      );
      return cluster;
    } catch (error) {
      await cluster.remove();
      throw error;
    }
  }

  /** One of them, to be frozen, killed and started again. */
  node(node: CassandraNode): Engine<'cassandra-dev'> {
    return this.#nodes[node - 1];
  }

  /** As of one node, with the addresses of all; its data centre is that of the first. */
  async describe(): Promise<CassandraDescription> {
    const [first, ...others] = await Promise.all(
      this.#nodes.map(node => node.describe()),
    );
    return {
      ...first,
      contactPoints: [first, ...others].flatMap(node => node.contactPoints),
    };
  }

  /** Has all of them run again. */
  async heal(): Promise<void> {
    await Promise.all(
      this.#nodes.map(async node => {
        if (await node.isRunning()) {
          await node.resume();
        } else {
          await node.start();
        }
      }),
    );
  }

  /** Ends them, with all that they hold. */
  async remove(): Promise<void> {
    await Promise.all(this.#nodes.map(node => node.kill()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

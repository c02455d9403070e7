import { promises as fs } from 'node:fs';
import path from 'node:path';
import { auth, Client, policies, type types } from 'cassandra-driver';
import { Engine, EngineOptions } from '../Engine';
import { Account, CassandraDescription } from '../description';
import { writeArgumentFile } from '../java/argumentFile';
import { requireJava17 } from '../java/findJava';
import { requireJars } from '../java/jars';
import { EnginePorts } from '../ports';
import { ServerCommand, until } from '../processes';
import { folderSecrets } from '../secrets';
import {
  cassandraYaml,
  DATA_CENTER,
  javaArguments,
  logbackXml,
  NodeSettings,
  rackProperties,
} from './configuration';

/** The ports of a node. */
export type CassandraPorts = Pick<
  EnginePorts,
  'cassandra-dev' | 'cassandra-dev-storage'
>;

/** Options of {@link CassandraEngine}. */
export interface CassandraEngineOptions extends EngineOptions<'cassandra-dev'> {
  ports: CassandraPorts;
  /** What makes it one of several nodes; without it the node is alone. */
  member?: ClusterMember;
  /** 256 when left out, and 384 of one of several nodes. */
  heapMb?: number;
  progress?: (line: string) => void;
}

/** How a node is one of a cluster. */
export interface ClusterMember {
  dataCenter: string;
  /** Addresses of all nodes; the first of them makes the accounts. */
  seeds: readonly string[];
  /** Replicas of roles and permissions by data centre. */
  replicas: { [dataCenter: string]: number };
  /** Guardrails that this node has, and no others. */
  guardrails?: { [setting: string]: number };
  /** Holds the passwords of all nodes. */
  secretsFolder: string;
}

/** The account that every new node has, with the same name as password. */
const SUPERUSER = 'cassandra';

/** The superuser of several nodes. */
const ADMINISTRATOR = 'administrator';

/** The account of the product's Cassandra module. */
const PROVISIONER = 'data_resources';

/**
 * What an administrator grants to the product: enough to make keyspaces and roles,
 * and to own what it made; nothing on what others made.
 */
const provisionerGrants = [
  `GRANT CREATE ON ALL KEYSPACES TO "${PROVISIONER}"`,
  `GRANT CREATE ON ALL ROLES TO "${PROVISIONER}"`,
  `GRANT DESCRIBE ON ALL ROLES TO "${PROVISIONER}"`,
  // Settings of guardrails, sizes, latencies.
  `GRANT SELECT ON KEYSPACE system_views TO "${PROVISIONER}"`,
  // Who is a member of which role; without it every role is asked one by one.
  `GRANT SELECT ON TABLE system_auth.role_members TO "${PROVISIONER}"`,
  // What many roles hold; without it each is asked for by itself.
  `GRANT SELECT ON TABLE system_auth.role_permissions TO "${PROVISIONER}"`,
];

/** A Cassandra node that checks passwords, permissions and data centres. */
export class CassandraEngine extends Engine<'cassandra-dev'> {
  protected readonly stopSignal = 'SIGTERM';
  protected readonly bootTimeoutMs = 120_000;

  readonly #ports: CassandraPorts;
  readonly #progress: (line: string) => void;
  readonly #member?: ClusterMember;
  readonly #heapMb: number;

  private constructor(options: CassandraEngineOptions) {
    super(options);
    this.#ports = options.ports;
    this.#member = options.member;
    // One that has others to talk to takes more.
    this.#heapMb = options.heapMb ?? (options.member ? 384 : 256);
    this.#progress = options.progress ?? (() => {});
  }

  static create(options: CassandraEngineOptions): CassandraEngine {
    return new CassandraEngine(options);
  }

  async describe(): Promise<CassandraDescription> {
    const secrets = await folderSecrets(
      this.#member?.secretsFolder ?? this.folder,
      ['admin', 'provisioner'],
    );
    return {
      engine: 'cassandra',
      ...this.describeServer(),
      name: this.name,
      port: this.#ports['cassandra-dev'],
      contactPoints: [this.host],
      dataCenter: this.#dataCenter,
      admin: {
        user: this.#member ? ADMINISTRATOR : SUPERUSER,
        password: secrets.admin,
      },
      provisioner: { user: PROVISIONER, password: secrets.provisioner },
    };
  }

  protected async prepare(): Promise<void> {
    const settings: NodeSettings = {
      folder: this.folder,
      port: this.#ports['cassandra-dev'],
      storagePort: this.#ports['cassandra-dev-storage'],
      host: this.host,
      dataCenter: this.#dataCenter,
      seeds: this.#member?.seeds ?? [this.host],
      heapMb: this.#heapMb,
      guardrails: this.#member?.guardrails,
    };
    const configuration = path.join(this.folder, 'conf');
    await fs.mkdir(configuration, { recursive: true });
    await Promise.all([
      fs.writeFile(
        path.join(configuration, 'cassandra.yaml'),
        cassandraYaml(settings),
      ),
      fs.writeFile(
        path.join(configuration, 'cassandra-rackdc.properties'),
        rackProperties(settings),
      ),
      fs.writeFile(path.join(configuration, 'logback.xml'), logbackXml),
    ]);
    await writeArgumentFile(
      this.#argumentFile(),
      javaArguments(
        settings,
        configuration,
        await requireJars('cassandra', this.#progress),
      ),
    );
  }

  protected async command(): Promise<ServerCommand> {
    const { binary } = await requireJava17();
    return { command: binary, args: [`@${this.#argumentFile()}`] };
  }

  protected async isReady(): Promise<boolean> {
    const { admin } = await this.describe();
    return (
      (await this.#canLogIn(admin)) ||
      (await this.#canLogIn({ user: SUPERUSER, password: SUPERUSER }))
    );
  }

  protected async provision(): Promise<void> {
    const { admin, provisioner } = await this.describe();
    if (this.#member) {
      // A node that comes back finds the accounts, whichever others are away.
      if (
        this.#member.seeds[0] !== this.host ||
        (await this.#canLogIn(admin))
      ) {
        return;
      }
      await this.#replicateAccounts(this.#member);
    } else if (!(await this.#canLogIn(admin))) {
      await this.#execute({ user: SUPERUSER, password: SUPERUSER }, [
        `ALTER ROLE "${SUPERUSER}" WITH PASSWORD = '${admin.password}'`,
      ]);
    }
    await this.#execute(admin, [
      `CREATE ROLE IF NOT EXISTS "${PROVISIONER}" WITH PASSWORD = '${provisioner.password}' AND LOGIN = true AND SUPERUSER = false`,
      ...provisionerGrants,
    ]);
  }

  /**
   * As an operator does at the beginning: replicas of the accounts on other nodes, and a superuser
   * of one's own, which is written to all of them.
   */
  async #replicateAccounts({ seeds, replicas }: ClusterMember): Promise<void> {
    const { admin } = await this.describe();
    const usual = { user: SUPERUSER, password: SUPERUSER };
    const byDataCenter = Object.entries(replicas).map(
      ([name, count]) => `'${name}': ${count}`,
    );
    let problem: unknown;
    const isDone = async () => {
      const rows = await this.#execute(usual, [
        'SELECT data_center FROM system.peers_v2',
      ]);
      const peers = rows.filter(row => row.data_center);
      if (peers.length === seeds.length - 1) {
        await this.#execute(usual, [
          `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', ${byDataCenter.join(
            ', ',
          )}}`,
          `CREATE ROLE IF NOT EXISTS "${admin.user}" WITH PASSWORD = '${admin.password}' AND SUPERUSER = true AND LOGIN = true`,
        ]);
      }
      return this.#canLogIn(admin);
    };
    const done = await until(
      () =>
        isDone().catch(error => {
          // Until the nodes know each other, each finds its own accounts alone.
          problem = error;
          return false;
        }),
      this.bootTimeoutMs,
    );
    if (!done) {
      throw new Error(`The nodes have no accounts in common: ${problem}`);
    }
  }

  async #canLogIn(account: Account): Promise<boolean> {
    return this.#execute(account, []).then(
      () => true,
      () => false,
    );
  }

  /** @returns the rows of the last statement */
  async #execute(account: Account, statements: string[]): Promise<types.Row[]> {
    const client = new Client({
      contactPoints: [this.host],
      protocolOptions: { port: this.#ports['cassandra-dev'] },
      authProvider: new auth.PlainTextAuthProvider(
        account.user,
        account.password,
      ),
      policies: {
        // Of several nodes this one alone is asked.
        loadBalancing: new policies.loadBalancing.AllowListPolicy(
          new policies.loadBalancing.RoundRobinPolicy(),
          [`${this.host}:${this.#ports['cassandra-dev']}`],
        ),
      },
      socketOptions: { connectTimeout: 2_000, readTimeout: 20_000 },
    });
    try {
      await client.connect();
      let rows: types.Row[] = [];
      for (const statement of statements) {
        ({ rows = [] } = await client.execute(statement));
      }
      return rows;
    } finally {
      await client.shutdown();
    }
  }

  get #dataCenter(): string {
    return this.#member?.dataCenter ?? DATA_CENTER;
  }

  #argumentFile(): string {
    return path.join(this.folder, 'java.args');
  }
}

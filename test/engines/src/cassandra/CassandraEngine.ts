import { promises as fs } from 'node:fs';
import path from 'node:path';
import { auth, Client, policies } from 'cassandra-driver';
import { Engine, EngineOptions } from '../Engine';
import { Account, CassandraDescription } from '../description';
import { writeArgumentFile } from '../java/argumentFile';
import { requireJava17 } from '../java/findJava';
import { requireJars } from '../java/jars';
import { EnginePorts } from '../ports';
import { ServerCommand } from '../processes';
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
  progress?: (line: string) => void;
}

/** The account that every new node has, with the same name as password. */
const SUPERUSER = 'cassandra';

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
];

/** A Cassandra node that checks passwords, permissions and data centres. */
export class CassandraEngine extends Engine<'cassandra-dev'> {
  protected readonly stopSignal = 'SIGTERM';
  protected readonly bootTimeoutMs = 120_000;

  readonly #ports: CassandraPorts;
  readonly #progress: (line: string) => void;

  private constructor(options: CassandraEngineOptions) {
    super(options);
    this.#ports = options.ports;
    this.#progress = options.progress ?? (() => {});
  }

  static create(options: CassandraEngineOptions): CassandraEngine {
    return new CassandraEngine(options);
  }

  async describe(): Promise<CassandraDescription> {
    const secrets = await folderSecrets(this.folder, ['admin', 'provisioner']);
    return {
      engine: 'cassandra',
      ...this.describeServer(),
      name: this.name,
      port: this.#ports['cassandra-dev'],
      contactPoints: ['127.0.0.1'],
      dataCenter: DATA_CENTER,
      admin: { user: SUPERUSER, password: secrets.admin },
      provisioner: { user: PROVISIONER, password: secrets.provisioner },
    };
  }

  protected async prepare(): Promise<void> {
    const settings: NodeSettings = {
      folder: this.folder,
      port: this.#ports['cassandra-dev'],
      storagePort: this.#ports['cassandra-dev-storage'],
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
        rackProperties,
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
    if (!(await this.#canLogIn(admin))) {
      await this.#execute({ user: SUPERUSER, password: SUPERUSER }, [
        `ALTER ROLE "${SUPERUSER}" WITH PASSWORD = '${admin.password}'`,
      ]);
    }
    await this.#execute(admin, [
      `CREATE ROLE IF NOT EXISTS "${PROVISIONER}" WITH PASSWORD = '${provisioner.password}' AND LOGIN = true AND SUPERUSER = false`,
      ...provisionerGrants,
    ]);
  }

  async #canLogIn(account: Account): Promise<boolean> {
    return this.#execute(account, []).then(
      () => true,
      () => false,
    );
  }

  async #execute(account: Account, statements: string[]): Promise<void> {
    const client = new Client({
      contactPoints: ['127.0.0.1'],
      protocolOptions: { port: this.#ports['cassandra-dev'] },
      localDataCenter: DATA_CENTER,
      authProvider: new auth.PlainTextAuthProvider(
        account.user,
        account.password,
      ),
      policies: {
        loadBalancing: new policies.loadBalancing.RoundRobinPolicy(),
      },
      socketOptions: { connectTimeout: 2_000, readTimeout: 20_000 },
    });
    try {
      await client.connect();
      for (const statement of statements) {
        await client.execute(statement);
      }
    } finally {
      await client.shutdown();
    }
  }

  #argumentFile(): string {
    return path.join(this.folder, 'java.args');
  }
}

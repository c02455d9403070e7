import { randomBytes } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import {
  type PostgresDescription,
  sqlAsAdmin,
  testEngine,
} from '@data-resources/test-engines';
import { Client, escapeIdentifier, Pool, type QueryResultRow } from 'pg';
import { postgresEngine } from '../postgresEngine';
import { groupRoles } from '../type/names';

/** The installation that the tests are. */
export const INSTALLATION_ID = 'contract-test';

/** The real server of the tests, reached by the product through a line that can be broken. */
export class PostgresBench {
  readonly server: PostgresDescription;
  readonly proxy: TcpProxy;
  /** The superuser's sessions, kept: the tests look at the server hundreds of times. */
  readonly #admin: Pool;

  private constructor(server: PostgresDescription, proxy: TcpProxy) {
    this.server = server;
    this.proxy = proxy;
    this.#admin = new Pool({
      host: server.host,
      port: server.port,
      ...server.admin,
      database: 'postgres',
      max: 4,
    });
  }

  static async create(): Promise<PostgresBench> {
    const server = testEngine('postgres-dev');
    return new PostgresBench(server, await TcpProxy.create(server));
  }

  /** Opens an instance as a process that has just started would. */
  openInstance(overrides: { admin?: JsonObject; limits?: JsonObject } = {}) {
    const { user, password } = this.server.provisioner;
    return postgresEngine.createInstance({
      name: 'postgres-dev',
      environment: 'dev',
      installationId: INSTALLATION_ID,
      logger: mockServices.logger.mock(),
      config: new ConfigReader({
        admin: {
          host: this.proxy.host,
          port: this.proxy.port,
          user,
          password,
          sslmode: 'disable',
          callTimeoutMs: 5_000,
          ...overrides.admin,
        },
        client: { host: 'db.example.com', port: 6432, sslmode: 'verify-full' },
        limits: {
          extensions: [
            'pgcrypto',
            'citext',
            'cube',
            'earthdistance',
            'dblink',
            'pg_nosuch',
          ],
          connectionLimit: 100,
          ...overrides.limits,
        },
      }),
    }) as EngineInstance;
  }

  /** Runs SQL as the superuser. */
  async sql<Row extends QueryResultRow = QueryResultRow>(
    sql: string,
    options: { database?: string; values?: unknown[] } = {},
  ): Promise<Row[]> {
    const { database = 'postgres', values } = options;
    if (database !== 'postgres') {
      return sqlAsAdmin<Row>(this.server, sql, options);
    }
    return (await this.#admin.query<Row>(sql, values)).rows;
  }

  /** Logs in as an application would, past the proxy. */
  async login(
    user: string,
    password: string,
    database: string,
  ): Promise<Client> {
    const { host, port } = this.server;
    const client = new Client({ host, port, user, password, database });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  uniqueName(): string {
    return `t_${randomBytes(6).toString('hex')}`;
  }

  async createForeign(name: string): Promise<void> {
    await this.sql(`CREATE DATABASE ${escapeIdentifier(name)}`);
  }

  /** What an administrator may do to a database with the extension citext. */
  async changeByHand(name: string): Promise<void> {
    const database = escapeIdentifier(name);
    await this.sql(
      `ALTER DATABASE ${database} CONNECTION LIMIT 3;
       ALTER DATABASE ${database} SET statement_timeout = '1s';
       ALTER DATABASE ${database} RESET timezone`,
    );
    await this.sql('DROP EXTENSION citext', { database: name });
  }

  async remove(name: string): Promise<void> {
    await this.sql(
      `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`,
    );
  }

  async cleanUp(name: string, logins: readonly string[]): Promise<void> {
    await this.remove(name);
    for (const role of [...Object.values(groupRoles(name)), ...logins]) {
      await this.sql(`DROP ROLE IF EXISTS ${escapeIdentifier(role)}`).catch(
        error => {
          // Another database of the test still knows the login, and goes next.
          if (error.code !== '2BP01') {
            throw error;
          }
        },
      );
    }
  }

  /** Changes when the database is another one, or belongs to or is open to somebody else. */
  async fingerprint(name: string): Promise<string | undefined> {
    const rows = await this.sql<{ text: string }>(
      `SELECT concat_ws(' ', d.oid, datdba::regrole, datacl, datconnlimit, datallowconn,
         pg_encoding_to_char(encoding), datcollate,
         (SELECT string_agg(setconfig::text, ' ' ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid)) AS text
       FROM pg_database d WHERE datname = $1`,
      { values: [name] },
    );
    return rows[0]?.text;
  }

  /** Roles of the database and its logins, and what still hangs on them. */
  async leftovers(name: string, logins: readonly string[]): Promise<string[]> {
    const rows = await this.sql<{ left: string }>(
      `SELECT 'role ' || rolname AS left FROM pg_roles
       WHERE rolname = ANY ($1::text[]) OR rolname LIKE $2
       UNION ALL
       SELECT 'membership of ' || member::regrole || ' in ' || roleid::regrole
       FROM pg_auth_members WHERE member = 'data_resources'::regrole
         AND (inherit_option OR set_option)
         AND (roleid::regrole::text = ANY ($1::text[]) OR roleid::regrole::text LIKE $2)
       ORDER BY 1`,
      { values: [logins, `${name.replaceAll('_', '\\_')}\\_%`] },
    );
    return rows.map(({ left }) => left);
  }

  /**
   * Logs in where every login may be refused for lack of CONNECT, but only after its
   * password was accepted.
   */
  async canLogin(username: string, password: string): Promise<boolean> {
    try {
      const client = await this.login(username, password, 'postgres');
      await client.end();
      return true;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === '42501') {
        return true;
      }
      // pg itself refuses an empty password before it asks the server.
      if (code === '28P01' || code === '28000' || password === '') {
        return false;
      }
      throw error;
    }
  }

  /** Whether a login reads a table that an owner of the database has made. */
  async canRead(
    name: string,
    username: string,
    password: string,
  ): Promise<boolean> {
    try {
      await this.sql(
        `SET ROLE ${escapeIdentifier(groupRoles(name).owner)};
         CREATE TABLE IF NOT EXISTS public.witness (i int)`,
        { database: name },
      );
      const client = await this.login(username, password, name);
      try {
        await client.query('TABLE public.witness');
        return true;
      } finally {
        await client.end();
      }
    } catch (error) {
      // No privilege; no such database; it accepts no connections.
      const { code = '' } = error as { code?: string };
      if (['42501', '3D000', '55000'].includes(code)) {
        return false;
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#admin.end();
    await this.proxy.close();
  }
}

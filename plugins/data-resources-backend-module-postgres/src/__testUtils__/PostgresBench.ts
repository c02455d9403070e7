import { randomBytes } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import {
  demandEngine,
  type PostgresDescription,
  sqlAsAdmin,
  testEngine,
} from '@data-resources/test-engines';
import {
  Client,
  escapeIdentifier as ident,
  Pool,
  type QueryResultRow,
} from 'pg';
import { postgresEngine } from '../postgresEngine';
import { groupRoles } from '../type/names';
import { instanceConfig, type InstanceOverrides } from './instanceConfig';

/** The installation that the tests are. */
export const INSTALLATION_ID = 'contract-test';

/** The servers on which the product is tried: the newest version, and the oldest. */
export const TESTED_SERVERS = ['postgres-dev', 'postgres-15'] as const;

/** The real server of the tests, reached by the product through a line that can be broken. */
export class PostgresBench {
  readonly server: PostgresDescription;
  readonly proxy: TcpProxy;
  /** Whether memberships have no options, and CREATEROLE reaches every role. */
  readonly isOld: boolean;
  /** The superuser's sessions, kept: the tests look at the server hundreds of times. */
  readonly #admin: Pool;

  private constructor(server: PostgresDescription, proxy: TcpProxy) {
    this.server = server;
    this.isOld = server.name === 'postgres-15';
    this.proxy = proxy;
    this.#admin = new Pool({
      host: server.host,
      port: server.port,
      ...server.admin,
      database: 'postgres',
      max: 4,
    });
  }

  static async create(
    name: (typeof TESTED_SERVERS)[number] = 'postgres-dev',
  ): Promise<PostgresBench> {
    return PostgresBench.of(
      name === 'postgres-15' ? await demandEngine(name) : testEngine(name),
    );
  }

  static async of(server: PostgresDescription): Promise<PostgresBench> {
    return new PostgresBench(server, await TcpProxy.create(server));
  }

  /** The configuration of an instance that reaches the server through the proxy. */
  instanceConfig(overrides: InstanceOverrides = {}): JsonObject {
    const { host, port } = this.proxy;
    return instanceConfig(
      { host, port, ...this.server.provisioner },
      overrides,
    );
  }

  /** Opens an instance as a process that has just started would. */
  openInstance(overrides: InstanceOverrides = {}) {
    return postgresEngine.createInstance({
      name: 'postgres-dev',
      environment: 'dev',
      installationId: INSTALLATION_ID,
      logger: mockServices.logger.mock(),
      config: new ConfigReader(this.instanceConfig(overrides)),
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
    await this.sql(`CREATE DATABASE ${ident(name)}`);
  }

  /** A database of a plain role, in use for years, for which the portal may act. */
  async createAdoptable(name: string): Promise<void> {
    const [owner, guest] = legacyRoles(name).map(role => ident(role));
    const database = ident(name);
    await this.sql(
      `CREATE ROLE ${owner}; CREATE ROLE ${guest};${
        this.isOld
          ? ''
          : `GRANT ${owner} TO data_resources WITH ADMIN true, INHERIT false, SET false`
      }`,
    );
    await this.sql(
      `CREATE DATABASE ${database} OWNER ${owner} CONNECTION LIMIT 17`,
    );
    await this.sql(
      `ALTER DATABASE ${database} SET work_mem = '16MB';
       ALTER DATABASE ${database} SET search_path = app, public;
       GRANT CONNECT ON DATABASE ${database} TO ${guest};
       CREATE EXTENSION citext; CREATE EXTENSION pg_stat_statements;
       SET ROLE ${owner};
       CREATE SCHEMA app;
       CREATE TABLE public.legacy (id serial PRIMARY KEY, what text);
       INSERT INTO public.legacy (what) VALUES ('kept'), ('as it is');
       CREATE VIEW app.view AS SELECT what FROM public.legacy;
       GRANT SELECT ON public.legacy TO ${guest};
       GRANT USAGE ON SCHEMA app TO ${guest}`,
      { database: name },
    );
  }

  /** Everything of a database but what the portal adds: data, settings, owners, privileges. */
  async asLeft(name: string): Promise<string | undefined> {
    const ours = [...Object.values(groupRoles(name)), 'data_resources'];
    const [database] = await this.sql<{ allowed: boolean; text: string }>(
      `SELECT datallowconn AS allowed, concat_ws(' ', oid, datdba::regrole, datconnlimit,
         encoding, datcollate, ${privileges('datacl', 'd', 'datdba')},
         (SELECT string_agg(setconfig::text, ' ' ORDER BY setrole) FROM pg_db_role_setting
           WHERE setdatabase = d.oid AND setrole = 0),
         (SELECT string_agg(concat_ws(' ', roleid::regrole, member::regrole, admin_option), ', '
             ORDER BY roleid, member) FROM pg_auth_members
           WHERE (roleid::regrole::text = ANY ($2) OR member::regrole::text = ANY ($2))
             AND member::regrole::text <> ALL ($3))) AS text
       FROM pg_database d WHERE datname = $1`,
      { values: [name, legacyRoles(name), ours] },
    );
    if (!database?.allowed) {
      return database?.text;
    }
    const inside = await this.sql<{ text: string }>(
      `SELECT concat_ws(' ', nspname, nspowner::regrole, ${privileges(
        'nspacl',
        'n',
        'nspowner',
      )}) AS text FROM pg_namespace WHERE nspname IN ('public', 'app')
       UNION ALL SELECT concat_ws(' ', c.oid, relname, relowner::regrole, relrowsecurity, ${privileges(
         'relacl',
         'r',
         'relowner',
       )}) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
         WHERE nspname IN ('public', 'app') AND relkind IN ('r', 'v', 'S') AND relname <> 'witness'
       UNION ALL SELECT query_to_xml('TABLE public.legacy', true, true, '')::text
         WHERE to_regclass('public.legacy') IS NOT NULL
       ORDER BY 1`,
      { database: name, values: [ours] },
    );
    return [database, ...inside].map(({ text }) => text).join('\n');
  }

  /** What an administrator may do to a database with the extension citext. */
  async changeByHand(name: string): Promise<void> {
    const database = ident(name);
    await this.sql(
      `ALTER DATABASE ${database} CONNECTION LIMIT 3;
       ALTER DATABASE ${database} SET statement_timeout = '1s';
       ALTER DATABASE ${database} RESET timezone`,
    );
    await this.sql('DROP EXTENSION citext', { database: name });
  }

  async remove(name: string): Promise<void> {
    await this.sql(`DROP DATABASE IF EXISTS ${ident(name)} WITH (FORCE)`);
  }

  async cleanUp(name: string, logins: readonly string[]): Promise<void> {
    await this.remove(name);
    const schemas = await this.sql<{ role: string }>(
      `SELECT rolname AS role FROM pg_roles WHERE rolname LIKE $1`,
      { values: [`${name.replaceAll('_', '\\_')}.%`] },
    );
    for (const role of [
      ...Object.values(groupRoles(name)),
      ...schemas.map(({ role: ofSchema }) => ofSchema),
      ...logins,
      ...legacyRoles(name),
    ]) {
      await this.sql(`DROP ROLE IF EXISTS ${ident(role)}`).catch(error => {
        // Another database of the test still knows the login, and goes next.
        if (error.code !== '2BP01') {
          throw error;
        }
      });
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
       WHERE rolname = ANY ($1::text[]) OR rolname LIKE $2 OR rolname LIKE $3
       UNION ALL
       SELECT 'membership of ' || member::regrole || ' in ' || roleid::regrole
       FROM pg_auth_members WHERE member = 'data_resources'::regrole
         AND ${this.usableMembership}
         AND (pg_get_userbyid(roleid) = ANY ($1::text[])
           OR pg_get_userbyid(roleid) LIKE $2 OR pg_get_userbyid(roleid) LIKE $3)
       ORDER BY 1`,
      {
        values: [
          logins,
          `${name.replaceAll('_', '\\_')}\\_%`,
          `${name.replaceAll('_', '\\_')}.%`,
        ],
      },
    );
    return rows.map(({ left }) => left);
  }

  /** That a membership gives rights, and not only the right to give it on. */
  get usableMembership(): string {
    return this.isOld ? 'true' : '(inherit_option OR set_option)';
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

  /** Whether a login reads a table that an owner has made, and one that was there before. */
  async canRead(
    name: string,
    username: string,
    password: string,
  ): Promise<boolean> {
    try {
      await this.sql(
        `SET ROLE ${ident(groupRoles(name).owner)};
         CREATE TABLE IF NOT EXISTS public.witness (i int)`,
        { database: name },
      );
      const client = await this.login(username, password, name);
      try {
        await client.query('TABLE public.witness');
        const legacy = await client.query(
          `SELECT FROM pg_class WHERE relname = 'legacy'`,
        );
        if (legacy.rowCount !== 0) {
          await client.query('TABLE public.legacy');
        }
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

/** Whom an adoptable database belongs to, and somebody who may read it. */
function legacyRoles(name: string): string[] {
  return [`legacy_${name}`, `guest_${name}`];
}

/** A text of all privileges but those of the portal, which are the last parameter. */
function privileges(acl: string, kind: 'd' | 'n' | 'r', owner: string): string {
  const ours = kind === 'd' ? '$3' : '$1';
  return `(SELECT string_agg(concat_ws('/', grantee::regrole, privilege_type, is_grantable), ' '
      ORDER BY grantee, privilege_type)
    FROM aclexplode(coalesce(${acl}, acldefault(${
    kind === 'r'
      ? "CASE WHEN relkind = 'S' THEN 's' ELSE 'r' END::\"char\""
      : `'${kind}'`
  }, ${owner})))
    WHERE grantee::regrole::text <> ALL (${ours}))`;
}

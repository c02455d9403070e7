import type { JsonObject } from '@backstage/types';
import type { PostgresDescription } from '@data-resources/test-engines';
import { Client, Pool } from 'pg';
import type { BareEngine } from '../BareEngine';
import { atOnce, bestConcurrency } from '../concurrency';
import { scramVerifier } from './scramVerifier';
import {
  createDatabase,
  createLogins,
  createRoles,
  grant,
  letIn,
  LOOK,
  openDatabase,
  openSchema,
  READY,
  SCHEMA_READY,
} from './statements';

/** Of which the fastest is taken. */
const CONCURRENCIES = [4, 8, 16];
const LOGINS = ['bare_app_a', 'bare_app_b'];
/** Databases of the administrator's look that are entered at once. */
const ENTERED_AT_ONCE = 4;

/** Plain `pg`, without a line of the product, as the role that the portal logs in with. */
export class BarePostgres implements BareEngine {
  readonly address;
  readonly wanted = { type: 'postgres-database', role: 'writer', spec: {} };
  readonly small = {};
  readonly #server: PostgresDescription;
  readonly #pool: Pool;
  readonly #admin: Pool;
  readonly #made = new Set<string>();
  readonly #users = new Set<string>();
  #concurrency = CONCURRENCIES[0];

  private constructor(server: PostgresDescription) {
    this.#server = server;
    const { host, port, provisioner, admin } = server;
    this.address = { host, port };
    this.#pool = new Pool({
      host,
      port,
      ...provisioner,
      database: 'postgres',
      max: Math.max(...CONCURRENCIES),
      idleTimeoutMillis: 0,
    });
    this.#admin = new Pool({ host, port, ...admin, database: 'postgres' });
    // A server that ends must not hide why.
    [this.#pool, this.#admin].forEach(pool => pool.on('error', () => {}));
  }

  /** @param tries - how many databases are made to find out how many are best made at once */
  static async open(
    server: PostgresDescription,
    { tries, say }: { tries: number; say(line: string): void },
  ): Promise<BarePostgres> {
    const bare = new BarePostgres(server);
    try {
      bare.#concurrency = await bestConcurrency({
        candidates: CONCURRENCIES,
        tries,
        make: async (names, concurrency) => {
          bare.#concurrency = concurrency;
          await bare.makeMany(names);
        },
        say,
      });
      await bare.clear();
      return bare;
    } catch (error) {
      await bare.close();
      throw error;
    }
  }

  instance(name: string, { host, port }: BarePostgres['address']): JsonObject {
    const { user, password } = this.#server.provisioner;
    const place = { host, port, sslmode: 'disable' };
    return {
      name,
      engine: 'postgres',
      environment: 'dev',
      title: name,
      owner: 'group:default/platform',
      admin: { ...place, user, password },
      client: place,
    };
  }

  async makeOne(name: string): Promise<void> {
    const logins = [`${name}_app_a`, `${name}_app_b`];
    logins.forEach(login => this.#users.add(login));
    await this.#createDatabase(name);
    await this.#pool.query(createLogins(logins));
    await this.#pool.query(grant(name, logins));
    await this.#pool.query(
      letIn(logins[0], await scramVerifier(`Of-${logins[0]}`)),
    );
  }

  async makeMany(names: readonly string[]): Promise<void> {
    if (!this.#users.has(LOGINS[0])) {
      LOGINS.forEach(login => this.#users.add(login));
      await this.#pool.query(createLogins(LOGINS));
    }
    await atOnce(names, this.#concurrency, async name => {
      await this.#createDatabase(name);
      await this.#pool.query(grant(name, LOGINS));
    });
  }

  async look(): Promise<void> {
    for (const query of LOOK) {
      await this.#pool.query(query);
    }
  }

  async missing(
    names: readonly string[],
    logins: readonly string[],
  ): Promise<string[]> {
    const { rows } = await this.#admin.query<{
      name: string;
      login: string;
      ready: boolean | null;
    }>(READY, [names, logins]);
    const lacking = rows.filter(({ ready }) => !ready);
    const entered: string[] = [];
    await atOnce(names, ENTERED_AT_ONCE, async name => {
      const { host, port, admin } = this.#server;
      const client = new Client({ host, port, ...admin, database: name });
      await client.connect();
      const [{ ready }] = (await client.query(SCHEMA_READY)).rows;
      await client.end();
      if (!ready) {
        entered.push(`the schema public of ${name} is not open to its groups`);
      }
    });
    return [
      ...names
        .filter(name => !rows.some(row => row.name === name))
        .map(name => `${name} has none of the logins ${logins.join(', ')}`),
      ...lacking.map(({ name, login }) => `${name} is not open to ${login}`),
      ...entered,
    ];
  }

  async clear(): Promise<void> {
    const names = [...this.#made];
    await atOnce(names, ENTERED_AT_ONCE, async name => {
      await this.#admin.query(`DROP DATABASE ${name}`);
      await this.#admin.query(
        `DROP ROLE ${['dba', 'owner', 'rw', 'ro']
          .map(group => `${name}_${group}`)
          .join(', ')}`,
      );
    });
    for (const login of this.#users) {
      await this.#admin.query(`DROP ROLE ${login}`);
    }
    this.#made.clear();
    this.#users.clear();
  }

  async close(): Promise<void> {
    await this.#pool.end();
    await this.#admin.end();
  }

  async #createDatabase(name: string): Promise<void> {
    this.#made.add(name);
    await this.#pool.query(createRoles(name));
    await this.#pool.query(createDatabase(name));
    await this.#pool.query(openDatabase(name));
    const { host, port, provisioner } = this.#server;
    const client = new Client({ host, port, ...provisioner, database: name });
    await client.connect();
    await client.query(openSchema(name));
    // Nobody waits for the end of a connection.
    client.end().catch(() => {});
  }
}

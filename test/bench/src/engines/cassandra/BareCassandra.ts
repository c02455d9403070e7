import type { JsonObject } from '@backstage/types';
import type { CassandraDescription } from '@data-resources/test-engines';
import { hash } from 'bcryptjs';
import { auth, Client, policies } from 'cassandra-driver';
import type { BareEngine } from '../BareEngine';
import { atOnce, bestConcurrency } from '../concurrency';

/** Of which the fastest is taken; schema changes go one after another whatever it is. */
const CONCURRENCIES = [1, 4, 8];
const LOGINS = ['bare_app_a', 'bare_app_b'];
/** What Cassandra itself uses. */
const BCRYPT_ROUNDS = 10;
const GROUPS = ['ro', 'rw', 'owner'] as const;
/** All that a comparison with what is declared needs of every keyspace that there is. */
const LOOK = [
  'SELECT keyspace_name, durable_writes, replication, WRITETIME(durable_writes) FROM system_schema.keyspaces',
  'LIST ROLES',
  'LIST ALL PERMISSIONS',
  'SELECT role, member FROM system_auth.role_members',
];

/** Plain `cassandra-driver`, without a line of the product, as the role that the portal logs in with. */
export class BareCassandra implements BareEngine {
  readonly address;
  readonly wanted;
  readonly small;
  readonly #server: CassandraDescription;
  readonly #client: Client;
  readonly #admin: Client;
  readonly #made = new Set<string>();
  readonly #users = new Set<string>();
  #concurrency = CONCURRENCIES[0];
  #schema: Promise<unknown> = Promise.resolve();

  private constructor(server: CassandraDescription) {
    const { host, port, provisioner, admin, dataCenter } = server;
    const spec = { replication: { [dataCenter]: 1 } };
    this.#server = server;
    this.address = { host, port };
    this.wanted = { type: 'cassandra-keyspace', role: 'writer', spec };
    this.small = spec;
    [this.#client, this.#admin] = [provisioner, admin].map(
      ({ user, password }) =>
        new Client({
          contactPoints: [host],
          protocolOptions: { port },
          authProvider: new auth.PlainTextAuthProvider(user, password),
          policies: {
            loadBalancing: new policies.loadBalancing.RoundRobinPolicy(),
          },
          isMetadataSyncEnabled: false,
          queryOptions: { fetchSize: 1_000_000 },
          socketOptions: { readTimeout: 60_000 },
        }),
    );
  }

  /** @param tries - how many keyspaces are made to find out how many are best made at once */
  static async open(
    server: CassandraDescription,
    { tries, say }: { tries: number; say(line: string): void },
  ): Promise<BareCassandra> {
    const bare = new BareCassandra(server);
    try {
      await bare.#client.connect();
      await bare.#admin.connect();
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

  instance(name: string, { host, port }: BareCassandra['address']): JsonObject {
    const { user, password } = this.#server.provisioner;
    return {
      name,
      engine: 'cassandra',
      environment: 'dev',
      title: name,
      owner: 'group:default/platform',
      admin: { contactPoints: [host], port, username: user, password },
      client: {
        contactPoints: [host],
        port,
        localDataCenter: this.#server.dataCenter,
      },
    };
  }

  async makeOne(name: string): Promise<void> {
    const logins = [`${name}_app_a`, `${name}_app_b`];
    await this.#createKeyspace(name);
    await this.#createLogins(logins);
    await this.#letIn(name, logins);
    const verifier = (await hash(`Of-${logins[0]}`, BCRYPT_ROUNDS)).replace(
      '$2b$',
      '$2a$',
    );
    await this.#client.execute(
      `ALTER ROLE "${logins[0]}" WITH HASHED PASSWORD = '${verifier}' AND LOGIN = true`,
    );
    await this.#readBack(name, logins);
  }

  async makeMany(names: readonly string[]): Promise<void> {
    if (!this.#users.has(LOGINS[0])) {
      await this.#createLogins(LOGINS);
    }
    await atOnce(names, this.#concurrency, async name => {
      await this.#createKeyspace(name);
      await this.#letIn(name, LOGINS);
    });
    await Promise.all(LOOK.map(cql => this.#client.execute(cql)));
  }

  async look(): Promise<void> {
    await Promise.all(LOOK.map(cql => this.#client.execute(cql)));
  }

  async missing(
    names: readonly string[],
    logins: readonly string[],
  ): Promise<string[]> {
    const [keyspaces, permissions, members] = await Promise.all(
      [
        'SELECT keyspace_name FROM system_schema.keyspaces',
        'SELECT role, resource, permissions FROM system_auth.role_permissions',
        'SELECT role, member FROM system_auth.role_members',
      ].map(async cql => (await this.#admin.execute(cql)).rows),
    );
    const there = new Set(keyspaces.map(row => row.keyspace_name));
    const held = new Map(
      permissions.map(row => [
        `${row.role} on ${row.resource}`,
        [...row.permissions].sort().join(', '),
      ]),
    );
    const inside = new Set(members.map(row => `${row.member} in ${row.role}`));
    return names.flatMap(name => [
      ...(there.has(name) ? [] : [`there is no keyspace ${name}`]),
      ...(
        [
          [`${name}_ro on data/${name}`, 'SELECT'],
          [`${name}_rw on data/${name}`, 'MODIFY, SELECT'],
          [
            `${name}_owner on data/${name}/*`,
            'ALTER, CREATE, DROP, MODIFY, SELECT',
          ],
        ] as const
      )
        .filter(([what, wanted]) => held.get(what) !== wanted)
        .map(([what]) => `${what} is not as wanted: ${held.get(what)}`),
      ...logins
        .map(login => `${login} in ${name}_rw`)
        .filter(member => !inside.has(member)),
    ]);
  }

  async clear(): Promise<void> {
    for (const name of this.#made) {
      await this.#admin.execute(`DROP KEYSPACE IF EXISTS "${name}"`);
    }
    const roles = [
      ...[...this.#made].flatMap(name => GROUPS.map(part => `${name}_${part}`)),
      ...this.#users,
    ];
    await atOnce(roles, Math.max(...CONCURRENCIES), async role => {
      await this.#admin.execute(`DROP ROLE IF EXISTS "${role}"`);
    });
    this.#made.clear();
    this.#users.clear();
  }

  async close(): Promise<void> {
    await this.#client.shutdown();
    await this.#admin.shutdown();
  }

  async #createKeyspace(name: string): Promise<void> {
    this.#made.add(name);
    await this.#changeSchema(
      `CREATE KEYSPACE "${name}" WITH replication = {'class': 'NetworkTopologyStrategy', '${
        this.#server.dataCenter
      }': 1} AND durable_writes = true`,
    );
    await Promise.all(
      GROUPS.map(part =>
        this.#client.execute(
          `CREATE ROLE "${name}_${part}" WITH SUPERUSER = false AND LOGIN = false`,
        ),
      ),
    );
    await Promise.all(
      [
        `GRANT SELECT ON KEYSPACE "${name}" TO "${name}_ro"`,
        `GRANT SELECT, MODIFY ON KEYSPACE "${name}" TO "${name}_rw"`,
        `GRANT SELECT, MODIFY, CREATE, ALTER, DROP ON ALL TABLES IN KEYSPACE "${name}" TO "${name}_owner"`,
      ].map(cql => this.#client.execute(cql)),
    );
  }

  /** One after another, as the nodes of a cluster have to agree on each. */
  async #changeSchema(cql: string): Promise<void> {
    const change = this.#schema.then(() => this.#client.execute(cql));
    this.#schema = change.catch(() => {});
    await change;
  }

  async #createLogins(logins: readonly string[]): Promise<void> {
    logins.forEach(login => this.#users.add(login));
    await Promise.all(
      logins.map(login =>
        this.#client.execute(
          `CREATE ROLE "${login}" WITH SUPERUSER = false AND LOGIN = false`,
        ),
      ),
    );
  }

  async #letIn(name: string, logins: readonly string[]): Promise<void> {
    await Promise.all(
      logins.map(login =>
        this.#client.execute(`GRANT "${name}_rw" TO "${login}"`),
      ),
    );
  }

  /** As the recipe ends: what was made is there. */
  async #readBack(name: string, logins: readonly string[]): Promise<void> {
    await Promise.all([
      this.#client.execute(
        `SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = '${name}'`,
      ),
      ...logins.map(login =>
        this.#client.execute(`LIST ALL PERMISSIONS OF "${login}"`),
      ),
    ]);
  }
}

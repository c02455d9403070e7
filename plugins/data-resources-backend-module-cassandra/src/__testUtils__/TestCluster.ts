import { randomBytes } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import {
  type CassandraDescription,
  testEngine,
} from '@data-resources/test-engines';
import { auth, Client, policies, type types } from 'cassandra-driver';
import { CassandraEngine } from '../CassandraEngine';
import { META_KEYSPACE } from '../keyspace/names';

/** Part of the login names that tests make. */
export const INSTALLATION_ID = 'cassandra-module-tests';

const GROUP_ROLES = ['owner', 'rw', 'ro'];

/** The real node, seen and set up by the administrator, without the product's code. */
export class TestCluster {
  readonly description: CassandraDescription;
  /**
   * A role of this suite's own: what proves that a keyspace is ours is the provisioner's
   * permissions, so no two suites may share one.
   */
  readonly provisioner = uniqueName('provisioner');
  readonly password = randomBytes(12).toString('hex');
  readonly #admin: Client;

  private constructor(description: CassandraDescription) {
    this.description = description;
    this.#admin = plainClient(
      description,
      description.admin.user,
      description.admin.password,
    );
  }

  static async create(
    description: CassandraDescription = testEngine('cassandra-dev'),
  ): Promise<TestCluster> {
    const cluster = new TestCluster(description);
    await cluster.#admin.connect();
    await cluster.addProvisioner(cluster.provisioner, cluster.password);
    return cluster;
  }

  /** Makes a role that a portal can work as, with a share in the keyspace of all portals. */
  async addProvisioner(name: string, password: string): Promise<void> {
    await this.admin(
      `CREATE ROLE "${name}" WITH PASSWORD = '${password}' AND LOGIN = true`,
    );
    await this.admin(`GRANT CREATE ON ALL KEYSPACES TO "${name}"`);
    await this.admin(`GRANT CREATE ON ALL ROLES TO "${name}"`);
    await this.admin(`GRANT DESCRIBE ON ALL ROLES TO "${name}"`);
    await this.admin(`GRANT SELECT ON KEYSPACE system_views TO "${name}"`);
    for (const table of ['role_members', 'role_permissions']) {
      await this.admin(
        `GRANT SELECT ON TABLE system_auth.${table} TO "${name}"`,
      );
    }
    await this.admin(
      `CREATE KEYSPACE IF NOT EXISTS ${META_KEYSPACE} WITH replication = {'class': 'NetworkTopologyStrategy', '${
        this.description.dataCenter
      }': ${this.description.contactPoints.length > 1 ? 2 : 1}}`,
    );
    for (const role of [name, this.description.provisioner.user]) {
      await this.admin(
        `GRANT CREATE, SELECT, MODIFY ON KEYSPACE ${META_KEYSPACE} TO "${role}"`,
      );
    }
  }

  /** Runs CQL as the administrator. */
  async admin(cql: string, params?: unknown[]): Promise<types.Row[]> {
    const { rows } = await this.#admin.execute(cql, params, {
      prepare: params !== undefined,
    });
    return rows ?? [];
  }

  /** The product's view: an instance that logs in as the provisioner. */
  instance(
    overrides: {
      installationId?: string;
      admin?: JsonObject;
      client?: JsonObject;
      limits?: JsonObject;
    } = {},
  ): EngineInstance {
    const { contactPoints, port, dataCenter } = this.description;
    return CassandraEngine.create().createInstance({
      name: 'cassandra-test',
      environment: 'test',
      installationId: overrides.installationId ?? INSTALLATION_ID,
      logger: mockServices.logger.mock(),
      config: new ConfigReader({
        admin: {
          contactPoints,
          port,
          username: this.provisioner,
          password: this.password,
          ...overrides.admin,
        },
        client: {
          contactPoints,
          port,
          localDataCenter: dataCenter,
          ...overrides.client,
        },
        limits: { ...overrides.limits },
      }),
    });
  }

  async createForeign(name: string, replicas = 1): Promise<void> {
    await this.admin(
      `CREATE KEYSPACE "${name}" WITH replication = {'class': 'NetworkTopologyStrategy', '${this.description.dataCenter}': ${replicas}} AND durable_writes = true`,
    );
  }

  /**
   * A keyspace with data and a guest, on which the portal may do what its maker may.
   *
   * @param durableWrites - whether a node that is killed keeps the data
   */
  async createAdoptable(name: string, durableWrites = false): Promise<void> {
    await this.createForeign(name);
    await this.admin(`CREATE ROLE "${guestOf(name)}"`);
    for (const statement of [
      `ALTER KEYSPACE "${name}" WITH durable_writes = ${durableWrites}`,
      `CREATE TABLE "${name}".legacy (id int PRIMARY KEY, what text)`,
      `INSERT INTO "${name}".legacy (id, what) VALUES (1, 'kept')`,
      `GRANT SELECT ON KEYSPACE "${name}" TO "${guestOf(name)}"`,
      `GRANT MODIFY ON TABLE "${name}".legacy TO "${guestOf(name)}"`,
      `GRANT ALL PERMISSIONS ON KEYSPACE "${name}" TO "${this.provisioner}"`,
    ]) {
      await this.admin(statement);
    }
  }

  /** Everything of a keyspace but what the portal adds: definition, tables, rows, permissions. */
  async asLeft(name: string): Promise<string | undefined> {
    // Not when it was written: every change of a table, the witness's as well, writes it anew.
    const [keyspace] = await this.admin(
      'SELECT durable_writes, replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
      [name],
    );
    if (!keyspace) {
      return undefined;
    }
    const tables = await this.admin(
      `SELECT table_name, id FROM system_schema.tables WHERE keyspace_name = ?`,
      [name],
    );
    const permissions = await this.admin(
      'SELECT role, resource, permissions FROM system_auth.role_permissions',
    );
    const members = await this.admin(
      'SELECT role, member FROM system_auth.role_members',
    );
    const ours = [...groupRoles(name), this.provisioner];
    const held = permissions
      .filter(
        ({ role, resource }) =>
          !ours.includes(role) &&
          `${resource}/`.startsWith(`data/${name}/`) &&
          // The witness makes this table, and is given all on it.
          !resource.endsWith('/readable'),
      )
      .map(row => [row.role, row.resource, row.permissions]);
    return JSON.stringify({
      keyspace,
      tables: tables.filter(row => row.table_name !== 'readable'),
      rows: tables.some(row => row.table_name === 'legacy')
        ? await this.admin(`SELECT * FROM "${name}".legacy`)
        : [],
      held: held.map(entry => JSON.stringify(entry)).sort(),
      members: members
        .filter(row => [row.role, row.member].includes(guestOf(name)))
        .map(row => [row.role, row.member]),
    });
  }

  /** Changes a keyspace's definition, and nothing of who may use it. */
  async makeVolatile(name: string): Promise<void> {
    await this.admin(`ALTER KEYSPACE "${name}" WITH durable_writes = false`);
  }

  async dropKeyspace(name: string): Promise<void> {
    await this.admin(`DROP KEYSPACE IF EXISTS "${name}"`);
  }

  /** Drops a keyspace, its group roles and logins. */
  async cleanUp(name: string, logins: readonly string[] = []): Promise<void> {
    await this.dropKeyspace(name);
    for (const role of [...groupRoles(name), guestOf(name), ...logins]) {
      await this.admin(`DROP ROLE IF EXISTS "${role}"`);
    }
  }

  /** The definition of a keyspace, when it was written, and who made it. */
  async fingerprint(name: string): Promise<string | undefined> {
    const [row] = await this.admin(
      'SELECT durable_writes, replication, WRITETIME(durable_writes) AS written FROM system_schema.keyspaces WHERE keyspace_name = ?',
      [name],
    );
    if (!row) {
      return undefined;
    }
    const permissions = await this.admin(
      'SELECT role, permissions FROM system_auth.role_permissions WHERE resource = ? ALLOW FILTERING',
      [`data/${name}`],
    );
    return JSON.stringify({
      definition: row,
      makers: permissions
        .filter(({ permissions: held }) => held.includes('AUTHORIZE'))
        .map(({ role }) => role)
        .sort(),
    });
  }

  /** Roles, permissions and memberships that bear the name or one of the logins. */
  async leftovers(name: string, logins: readonly string[]): Promise<string[]> {
    const ours = new Set([...groupRoles(name), ...logins]);
    const [roles, permissions, members] = await Promise.all([
      this.admin('SELECT role FROM system_auth.roles'),
      this.admin('SELECT role, resource FROM system_auth.role_permissions'),
      this.admin('SELECT role, member FROM system_auth.role_members'),
    ]);
    return [
      ...roles.filter(({ role }) => ours.has(role)).map(({ role }) => role),
      ...permissions
        .filter(
          ({ role, resource }) =>
            ours.has(role) || ours.has(resource.replace(/^roles\//, '')),
        )
        .map(({ role, resource }) => `${role} on ${resource}`),
      ...members
        .filter(({ role, member }) => ours.has(role) || ours.has(member))
        .map(({ role, member }) => `${member} in ${role}`),
    ];
  }

  /** A plain client's session. The caller ends it. */
  async login(username: string, password: string): Promise<Client> {
    const client = plainClient(this.description, username, password);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.shutdown();
      throw error;
    }
  }

  async canLogin(username: string, password: string): Promise<boolean> {
    try {
      const client = await this.login(username, password);
      await client.shutdown();
      return true;
    } catch (error) {
      const { innerErrors } = error as { innerErrors?: object };
      const causes: Error[] = Object.values(innerErrors ?? {});
      if (causes.some(({ name }) => name === 'AuthenticationError')) {
        return false;
      }
      throw error;
    }
  }

  /** Whether a login reads from a table, which an administrator makes where it is missing. */
  async canRead(
    keyspace: string,
    username: string,
    password: string,
  ): Promise<boolean> {
    await this.admin(
      `CREATE TABLE IF NOT EXISTS "${keyspace}".readable (id int PRIMARY KEY)`,
    );
    const client = await this.login(username, password);
    try {
      await client.execute(`SELECT id FROM "${keyspace}".readable`);
      const legacy = await this.admin(
        `SELECT id FROM system_schema.tables WHERE keyspace_name = ? AND table_name = 'legacy'`,
        [keyspace],
      );
      if (legacy.length > 0) {
        await client.execute(`SELECT what FROM "${keyspace}".legacy`);
      }
      return true;
    } catch (error) {
      if (/has no SELECT permission/.test((error as Error).message)) {
        return false;
      }
      throw error;
    } finally {
      await client.shutdown();
    }
  }

  /** Removes the provisioner with what is kept about it. */
  async close(): Promise<void> {
    await this.forget(this.provisioner);
    await this.#admin.shutdown();
  }

  /** Removes a provisioner with what is kept about it. */
  async forget(provisioner: string): Promise<void> {
    const tables = await this.admin(
      'SELECT id FROM system_schema.tables WHERE keyspace_name = ?',
      [META_KEYSPACE],
    );
    if (tables.length > 0) {
      await this.admin(`DELETE FROM ${META_KEYSPACE}.facts WHERE name = ?`, [
        `provisioner:${provisioner}`,
      ]);
    }
    await this.admin(`DROP ROLE IF EXISTS "${provisioner}"`);
  }
}

/** A name that nothing on the server has. */
export function uniqueName(stem: string): string {
  return `${stem}_${randomBytes(5).toString('hex')}`;
}

function groupRoles(name: string): string[] {
  return GROUP_ROLES.map(suffix => `${name}_${suffix}`);
}

/** Somebody who has access to an adoptable keyspace. */
function guestOf(name: string): string {
  return `guest_of_${name}`;
}

function plainClient(
  { contactPoints, port }: CassandraDescription,
  username: string,
  password: string,
): Client {
  return new Client({
    contactPoints,
    protocolOptions: { port },
    authProvider: new auth.PlainTextAuthProvider(username, password),
    policies: { loadBalancing: new policies.loadBalancing.RoundRobinPolicy() },
    socketOptions: { readTimeout: 20_000 },
  });
}

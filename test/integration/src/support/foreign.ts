import type {
  Discovery,
  DiscoveryList,
  IssuedCredentials,
} from '@data-resources/plugin-data-resources-common';
import {
  cqlAsAdmin,
  kafkaAcls,
  kafkaConfigs,
  kafkaTopics,
  sqlAsAdmin,
  testEngine,
} from '@data-resources/test-engines';
import { consume, produce } from './clients/kafka';
import { withCassandra } from './clients/cassandra';
import { withPostgres } from './clients/postgres';
import { eventually } from './eventually';
import { uniqueName } from './inputs';
import { Person } from './Person';

/** What every foreign object holds. */
export const KEPT = 'kept since before the portal';
const PASSWORD = 'Of-somebody-before-us-1';

/** Something that people made before there was a portal, with data and somebody who uses it. */
export interface ForeignObject {
  type: string;
  instance: string;
  name: string;
  /** Reads what it holds with somebody's login; the foreign one's or one that the portal issued. */
  read(credentials: IssuedCredentials): Promise<string>;
  /** The login of the foreign user. */
  credentials: IssuedCredentials;
  /** The object, its data and who has access, as the administrator sees them: without the portal's own. */
  witness(): Promise<unknown>;
}

/** A topic with a message, and a user who may write and read it. */
export async function foreignTopic(): Promise<ForeignObject> {
  const name = await bareTopic();
  const user = `${name}_app`;
  await Promise.all([
    kafkaConfigs([
      ...['--alter', '--entity-type', 'users', '--entity-name', user],
      ...['--add-config', `SCRAM-SHA-512=[password=${PASSWORD}]`],
    ]),
    kafkaAcls([
      ...['--add', '--allow-principal', `User:${user}`],
      ...['--producer', '--consumer', '--topic', name, '--group', '*'],
    ]),
  ]);
  const credentials = login(user, {
    bootstrapServers: [testEngine('kafka-dev').bootstrap],
    topic: name,
    groupPrefix: `${user}.`,
  });
  await eventually(
    `${user} may write`,
    () => produce(credentials, KEPT).then(() => 'written', String),
    answer => answer === 'written',
  );
  return {
    type: 'kafka-topic',
    instance: 'kafka-dev',
    name,
    credentials,
    read: consume,
    witness: async () => {
      const [topic, acls] = await Promise.all([
        kafkaTopics(['--describe', '--topic', name]),
        kafkaAcls(['--list', '--principal', `User:${user}`]),
      ]);
      // In no order.
      return { topic, acls: acls.split('\n').sort() };
    },
  };
}

/** A topic and nothing else. */
export async function bareTopic(): Promise<string> {
  const name = uniqueName('payments_legacy');
  await kafkaTopics([
    ...['--create', '--topic', name, '--partitions', '2'],
    ...['--replication-factor', '1', '--config', 'retention.ms=3600000'],
  ]);
  return name;
}

/** A keyspace with a table, and a role that may read it; the portal may do what its maker may. */
export async function foreignKeyspace(): Promise<ForeignObject> {
  const { dataCenter, contactPoints, port, provisioner } =
    testEngine('cassandra-dev');
  const name = uniqueName('payments_legacy');
  const user = `${name}_app`;
  for (const statement of [
    `CREATE KEYSPACE ${name} WITH replication = {'class': 'NetworkTopologyStrategy', '${dataCenter}': 1}`,
    `CREATE TABLE ${name}.legacy (id int PRIMARY KEY, what text)`,
    `INSERT INTO ${name}.legacy (id, what) VALUES (1, '${KEPT}')`,
    `CREATE ROLE ${user} WITH LOGIN = true AND PASSWORD = '${PASSWORD}'`,
    `GRANT SELECT ON KEYSPACE ${name} TO ${user}`,
    `GRANT ALL PERMISSIONS ON KEYSPACE ${name} TO ${provisioner.user}`,
  ]) {
    await cqlAsAdmin(statement);
  }
  return {
    type: 'cassandra-keyspace',
    instance: 'cassandra-dev',
    name,
    credentials: login(user, {
      contactPoints,
      port,
      localDataCenter: dataCenter,
      keyspace: name,
    }),
    read: credentials =>
      withCassandra(credentials, async client => {
        const { rows } = await client.execute(
          `SELECT what FROM ${name}.legacy`,
        );
        return rows[0].what;
      }),
    witness: async () => ({
      keyspace: await cqlAsAdmin(
        'SELECT durable_writes, replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
        [name],
      ),
      tables: await cqlAsAdmin(
        'SELECT table_name, id FROM system_schema.tables WHERE keyspace_name = ?',
        [name],
      ),
      rows: await cqlAsAdmin(`SELECT * FROM ${name}.legacy`),
      permissions: await cqlAsAdmin(
        'SELECT resource, permissions FROM system_auth.role_permissions WHERE role = ?',
        [user],
      ),
    }),
  };
}

/** A database with a table that belong to a role, which the portal may administer. */
export async function foreignDatabase(): Promise<ForeignObject> {
  const { host, port, provisioner } = testEngine('postgres-dev');
  const name = await bareDatabase();
  const user = `${name}_app`;
  await sqlAsAdmin(
    'postgres-dev',
    `COMMENT ON DATABASE ${name} IS 'payments-worker';
     ALTER DATABASE ${name} SET work_mem = '16MB';
     REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC;
     GRANT CONNECT ON DATABASE ${name} TO ${provisioner.user};
     SET ROLE ${user};
     CREATE TABLE legacy (what text);
     INSERT INTO legacy VALUES ('${KEPT}')`,
    { database: name },
  );
  return {
    type: 'postgres-database',
    instance: 'postgres-dev',
    name,
    credentials: login(user, { host, port, database: name }),
    read: credentials =>
      withPostgres(credentials, async client => {
        const { rows } = await client.query('SELECT what FROM legacy');
        return rows[0].what;
      }),
    witness: () =>
      sqlAsAdmin(
        'postgres-dev',
        `SELECT d.oid, datdba::regrole::text AS owner, datconnlimit, setconfig,
           (SELECT relowner::regrole::text FROM pg_class WHERE relname = 'legacy') AS table_owner,
           (SELECT json_agg(what) FROM legacy) AS rows
         FROM pg_database d JOIN pg_db_role_setting s ON setdatabase = d.oid
         WHERE datname = $1`,
        { database: name, values: [name] },
      ),
  };
}

/** A database of a login of its own, and nothing in it; the portal may administer that one or not. */
export async function bareDatabase(
  options: { administered: boolean } = { administered: true },
): Promise<string> {
  const name = uniqueName('payments_legacy');
  const user = `${name}_app`;
  const { provisioner } = testEngine('postgres-dev');
  await sqlAsAdmin(
    'postgres-dev',
    `CREATE ROLE ${user} LOGIN PASSWORD '${PASSWORD}'`,
  );
  if (options.administered) {
    await sqlAsAdmin(
      'postgres-dev',
      `GRANT ${user} TO ${provisioner.user} WITH ADMIN true, INHERIT false, SET false`,
    );
  }
  await sqlAsAdmin(
    'postgres-dev',
    `CREATE DATABASE ${name} OWNER ${user} CONNECTION LIMIT 17`,
  );
  return name;
}

/** Waits until the portal lists an object that nobody manages. */
export async function discovered(
  person: Person,
  { type, instance, name }: Pick<ForeignObject, 'type' | 'instance' | 'name'>,
): Promise<Discovery> {
  const found = await eventually(
    `${name} on ${instance} is discovered`,
    () => discovery(person, { type, instance, name }),
    item => item !== undefined,
    90_000,
  );
  return found!;
}

/** What the portal lists of an object that nobody manages; undefined where it lists nothing. */
export async function discovery(
  person: Person,
  { type, instance, name }: Pick<ForeignObject, 'type' | 'instance' | 'name'>,
): Promise<Discovery | undefined> {
  const { body } = await person.get<DiscoveryList>(
    `/discoveries?instance=${instance}&type=${type}&limit=200`,
  );
  return body.items.find(item => item.name === name);
}

function login(
  username: string,
  connection: Record<string, unknown>,
): IssuedCredentials {
  return {
    username,
    password: PASSWORD,
    connection,
  } as unknown as IssuedCredentials;
}

import {
  cqlAsAdmin,
  kafkaAcls,
  kafkaConfigs,
  kafkaTopics,
  sqlAsAdmin,
} from '@data-resources/test-engines';

/** Everything that the portal could make on the engines, as their administrators see it. */
export interface Inventory {
  topics: string[];
  acls: string[];
  /** SCRAM users of Kafka. */
  users: string[];
  keyspaces: string[];
  cassandraRoles: string[];
  databases: string[];
  postgresRoles: string[];
}

/** Asks Kafka's own tools, and SQL and CQL sessions as administrator. */
export async function inventory(): Promise<Inventory> {
  const [kafka, cassandra, postgres] = await Promise.all([
    kafkaInventory(),
    cassandraInventory(),
    postgresInventory(),
  ]);
  return { ...kafka, ...cassandra, ...postgres };
}

async function kafkaInventory() {
  const [topics, acls, users] = await Promise.all([
    kafkaTopics(['--list']),
    kafkaAcls(['--list']),
    kafkaConfigs(['--describe', '--entity-type', 'users']),
  ]);
  return {
    topics: lines(topics).filter(name => !name.startsWith('__')),
    acls: aclLines(acls),
    users: lines(users),
  };
}

async function cassandraInventory() {
  const [keyspaces, roles] = await Promise.all([
    cqlAsAdmin('SELECT keyspace_name AS name FROM system_schema.keyspaces'),
    cqlAsAdmin('SELECT role AS name FROM system_auth.roles'),
  ]);
  return { keyspaces: names(keyspaces), cassandraRoles: names(roles) };
}

async function postgresInventory() {
  const both = async (sql: string) =>
    (
      await Promise.all(
        (['postgres-dev', 'postgres-prod'] as const).map(async server =>
          (
            await sqlAsAdmin<{ name: string }>(server, sql)
          ).map(({ name }) => `${server}/${name}`),
        ),
      )
    )
      .flat()
      .sort();
  return {
    databases: await both('SELECT datname AS name FROM pg_database'),
    postgresRoles: await both('SELECT rolname AS name FROM pg_roles'),
  };
}

/** One line per ACL, with the resource that it is on: the tool prints that as a heading. */
function aclLines(output: string): string[] {
  let resource = '';
  const acls: string[] = [];
  for (const line of output.split('\n')) {
    const heading = /ResourcePattern\((.*?)\)`/.exec(line);
    if (heading) {
      resource = heading[1];
    } else if (line.includes('principal=')) {
      acls.push(`${resource} ${line.trim()}`);
    }
  }
  return acls.sort();
}

function lines(output: string): string[] {
  return output
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .sort();
}

function names(rows: readonly { [column: string]: unknown }[]): string[] {
  return rows.map(({ name }) => String(name)).sort();
}

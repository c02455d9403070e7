import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  auth,
  Client as CassandraClient,
  policies,
  types,
} from 'cassandra-driver';
import { Client as PostgresClient, QueryResultRow } from 'pg';
import { EngineDescriptions, testEngine } from './description';

const run = promisify(execFile);

/** Names of the PostgreSQL servers. */
type PostgresServer = 'portal' | 'postgres-dev' | 'postgres-prod';

/**
 * Runs Kafka's own `kafka-topics`, as the administrator, and returns what it prints.
 *
 * @param args - its options without the connection, e.g. `--describe --topic orders`
 */
export async function kafkaTopics(
  args: string[],
  kafka: EngineDescriptions['kafka-dev'] = testEngine('kafka-dev'),
): Promise<string> {
  return kafkaTool('org.apache.kafka.tools.TopicCommand', args, kafka);
}

/**
 * Runs Kafka's own `kafka-acls`, as the administrator, and returns what it prints.
 *
 * @param args - its options without the connection, e.g. `--list --topic orders`
 */
export async function kafkaAcls(
  args: string[],
  kafka: EngineDescriptions['kafka-dev'] = testEngine('kafka-dev'),
): Promise<string> {
  return kafkaTool('org.apache.kafka.tools.AclCommand', args, kafka);
}

/**
 * Runs Kafka's own `kafka-configs`, as the administrator, and returns what it prints.
 *
 * @param args - its options without the connection, e.g. `--describe --entity-type users`
 */
export async function kafkaConfigs(
  args: string[],
  kafka: EngineDescriptions['kafka-dev'] = testEngine('kafka-dev'),
): Promise<string> {
  return kafkaTool('kafka.admin.ConfigCommand', args, kafka);
}

/**
 * Runs Kafka's own `kafka-consumer-groups`, as the administrator, and returns what it
 * prints.
 */
export async function kafkaConsumerGroups(
  args: string[],
  kafka: EngineDescriptions['kafka-dev'] = testEngine('kafka-dev'),
): Promise<string> {
  return kafkaTool(
    'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
    args,
    kafka,
  );
}

/**
 * Runs Kafka's own `kafka-reassign-partitions`, as the administrator, and returns what it prints.
 *
 * @param args - its options without the connection, e.g. `--list`
 */
export async function kafkaReassignPartitions(
  args: string[],
  kafka: EngineDescriptions['kafka-dev'] = testEngine('kafka-dev'),
): Promise<string> {
  return kafkaTool(
    'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
    args,
    kafka,
  );
}

/**
 * Runs Kafka's own `kafka-metadata-quorum`, as the administrator, and returns what it prints.
 *
 * @param args - its command without the connection, e.g. `describe --status`
 */
export async function kafkaMetadataQuorum(
  args: string[],
  kafka: EngineDescriptions['kafka-dev'] = testEngine('kafka-dev'),
): Promise<string> {
  return kafkaTool('org.apache.kafka.tools.MetadataQuorumCommand', args, kafka);
}

/**
 * Runs SQL as the superuser of a server.
 *
 * @param database - the one to connect to, `postgres` when left out
 */
export async function sqlAsAdmin<Row extends QueryResultRow = QueryResultRow>(
  server: PostgresServer | EngineDescriptions[PostgresServer],
  sql: string,
  options: { database?: string; values?: unknown[] } = {},
): Promise<Row[]> {
  const { host, port, admin } =
    typeof server === 'string' ? testEngine(server) : server;
  const client = new PostgresClient({
    host,
    port,
    ...admin,
    database: options.database ?? 'postgres',
  });
  await client.connect();
  try {
    return (await client.query<Row>(sql, options.values)).rows;
  } finally {
    await client.end();
  }
}

/** Runs CQL as the superuser of the Cassandra node. */
export async function cqlAsAdmin(
  cql: string,
  values: unknown[] = [],
  cassandra: EngineDescriptions['cassandra-dev'] = testEngine('cassandra-dev'),
): Promise<types.Row[]> {
  const client = new CassandraClient({
    contactPoints: cassandra.contactPoints,
    protocolOptions: { port: cassandra.port },
    localDataCenter: cassandra.dataCenter,
    authProvider: new auth.PlainTextAuthProvider(
      cassandra.admin.user,
      cassandra.admin.password,
    ),
    policies: { loadBalancing: new policies.loadBalancing.RoundRobinPolicy() },
  });
  try {
    await client.connect();
    const { rows } = await client.execute(cql, values, {
      prepare: values.length > 0,
    });
    return rows ?? [];
  } finally {
    await client.shutdown();
  }
}

async function kafkaTool(
  mainClass: string,
  args: string[],
  kafka: EngineDescriptions['kafka-dev'],
): Promise<string> {
  const archive = path.join(path.dirname(kafka.adminConfigFile), 'tools.jsa');
  const isArchived = await fs.access(archive).then(
    () => true,
    () => false,
  );
  const part = `${archive}.${randomUUID()}.part`;
  const { stdout } = await run(
    kafka.java,
    [
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      // Halves the time that a tool takes: the first leaves the classes that it loaded to the others.
      isArchived
        ? `-XX:SharedArchiveFile=${archive}`
        : `-XX:ArchiveClassesAtExit=${part}`,
      // What Java says about the archive would stand among what the tool prints.
      '-Xlog:disable',
      // The broker's would print its own log lines among the tool's.
      '-Dlog4j2.level=error',
      '-cp',
      kafka.classPath,
      mainClass,
      '--bootstrap-server',
      kafka.bootstrap,
      '--command-config',
      kafka.adminConfigFile,
      ...args,
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  if (!isArchived) {
    // Whole at once; without one, the next tool makes it.
    await fs.rename(part, archive).catch(() => {});
  }
  return stdout;
}

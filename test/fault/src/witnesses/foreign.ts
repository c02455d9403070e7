import {
  cqlAsAdmin,
  kafkaAcls,
  kafkaTopics,
  sqlAsAdmin,
  type EnginesDescription,
} from '@data-resources/test-engines';
import type { Item } from '../Item';
import type { Kind } from '../kinds';

/** Puts something on an engine that nobody asked the portal for, and that it must not touch. */
export const plantForeign: Record<
  Kind['name'],
  (engines: EnginesDescription) => Promise<void>
> = {
  postgres: async ({ engines }) => {
    const server = engines['postgres-dev']!;
    for (const sql of [
      'CREATE ROLE foreign_owner LOGIN',
      'CREATE ROLE foreign_reader LOGIN',
      'CREATE DATABASE foreign_data OWNER foreign_owner',
      'GRANT CONNECT ON DATABASE foreign_data TO foreign_reader',
    ]) {
      await sqlAsAdmin(server, sql);
    }
  },
  kafka: async ({ engines }) => {
    const kafka = engines['kafka-dev']!;
    await kafkaTopics(
      ['--create', '--topic', 'foreign-data', '--partitions', '1'],
      kafka,
    );
    await kafkaAcls(
      [
        '--add',
        '--allow-principal',
        'User:foreign',
        '--operation',
        'Read',
        '--topic',
        'foreign-data',
      ],
      kafka,
    );
  },
  cassandra: async ({ engines }) => {
    const cassandra = engines['cassandra-dev']!;
    for (const cql of [
      "CREATE KEYSPACE foreign_data WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}",
      "CREATE ROLE foreign_reader WITH LOGIN = true AND PASSWORD = 'foreign'",
      'GRANT SELECT ON KEYSPACE foreign_data TO foreign_reader',
    ]) {
      await cqlAsAdmin(cql, [], cassandra);
    }
  },
};

/** Makes an object as people do who know of no portal, and lets the portal's account adopt it. */
export const plantObject: Record<
  Kind['name'],
  (engines: EnginesDescription, item: Item) => Promise<void>
> = {
  postgres: async ({ engines }, { name }) => {
    const server = engines['postgres-dev']!;
    const { user } = server.provisioner;
    for (const sql of [
      `CREATE ROLE legacy_${name} LOGIN`,
      `GRANT legacy_${name} TO ${user} WITH ADMIN true, INHERIT false, SET false`,
      `CREATE DATABASE ${name} OWNER legacy_${name}`,
    ]) {
      await sqlAsAdmin(server, sql);
    }
  },
  kafka: async ({ engines }, { name }) => {
    await kafkaTopics(
      ['--create', '--topic', name, '--partitions', '1'],
      engines['kafka-dev']!,
    );
  },
  cassandra: async ({ engines }, { name }) => {
    const cassandra = engines['cassandra-dev']!;
    for (const cql of [
      `CREATE KEYSPACE ${name} WITH replication = {'class': 'NetworkTopologyStrategy', '${cassandra.dataCenter}': 1}`,
      `GRANT ALL PERMISSIONS ON KEYSPACE ${name} TO ${cassandra.provisioner.user}`,
    ]) {
      await cqlAsAdmin(cql, [], cassandra);
    }
  },
};

import { cqlAsAdmin } from '@data-resources/test-engines';
import type { Witness } from './Witness';

/** CQL as the superuser, from the tables in which Cassandra keeps schema and roles. */
export const cassandraWitness: Witness = async ({ engines }) => {
  const cassandra = engines['cassandra-dev']!;
  const select = async (cql: string) => cqlAsAdmin(cql, [], cassandra);
  const [keyspaces, roles, permissions] = await Promise.all([
    select(
      'SELECT keyspace_name, durable_writes, replication FROM system_schema.keyspaces',
    ),
    select(
      'SELECT role, can_login, is_superuser, member_of FROM system_auth.roles',
    ),
    select(
      'SELECT role, resource, permissions FROM system_auth.role_permissions',
    ),
  ]);
  return [
    ...keyspaces.map(
      row =>
        `keyspace ${row.keyspace_name} durable=${
          row.durable_writes
        } replication=${JSON.stringify(row.replication)}`,
    ),
    ...roles.map(
      row =>
        `role ${row.role} login=${row.can_login} superuser=${
          row.is_superuser
        } of=${[...(row.member_of ?? [])].sort().join(' ')}`,
    ),
    ...permissions.map(
      row =>
        `permission ${row.role} on ${row.resource}: ${[
          ...(row.permissions ?? []),
        ]
          .sort()
          .join(' ')}`,
    ),
  ];
};

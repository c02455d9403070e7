import type { DefaultPolicy } from './DefaultPolicy';

/** Good practice for Cassandra, beyond what the cluster itself demands. */
export const cassandraDefaults: readonly DefaultPolicy[] = [
  {
    name: 'cassandra/production-replicas',
    match: {
      types: ['cassandra-keyspace'],
      actions: ['create', 'update', 'adopt'],
    },
    when: 'instance.production && spec.replication.exists(dc, spec.replication[dc] < 3)',
    effect: 'deny',
    message:
      'In production a keyspace has at least 3 replicas in each of its data centres, so that LOCAL_QUORUM survives the loss of a node. Ask for 3 in each.',
    path: 'spec.replication',
  },
  {
    name: 'cassandra/durable-writes',
    match: {
      types: ['cassandra-keyspace'],
      actions: ['create', 'update', 'adopt'],
    },
    when: '!instance.production && has(spec.durableWrites) && !spec.durableWrites',
    effect: 'warn',
    message:
      'Without durable writes a node that dies loses what it had not flushed to disk; leave durableWrites at true to keep it.',
    path: 'spec.durableWrites',
  },
  {
    name: 'cassandra/production-durable-writes',
    match: {
      types: ['cassandra-keyspace'],
      actions: ['create', 'update', 'adopt'],
    },
    when: 'instance.production && has(spec.durableWrites) && !spec.durableWrites',
    effect: 'deny',
    message:
      'In production writes go through the commit log: without durable writes a node that dies loses what it had not flushed to disk. Leave durableWrites at true.',
    path: 'spec.durableWrites',
  },
  {
    name: 'cassandra/encrypted-transport',
    match: { types: ['cassandra-keyspace'], actions: ['create', 'adopt'] },
    when: 'instance.production && !(has(instance.connection.tls) && instance.connection.tls)',
    effect: 'warn',
    message:
      'Clients reach this production cluster without encryption. Whoever runs it should enable client_encryption_options and set client.tls to true.',
    path: 'instance',
  },
];

import type { EngineName } from '@data-resources/test-engines';

/** What is asked for on one engine. */
export interface Kind {
  name: 'postgres' | 'kafka' | 'cassandra';
  instance: Extract<EngineName, 'postgres-dev' | 'kafka-dev' | 'cassandra-dev'>;
  type: string;
  spec: Record<string, unknown>;
  /** What an update asks for. */
  changed: Record<string, unknown>;
  role: string;
}

/** The engines, by the name that options use. */
export const kinds: Record<Kind['name'], Kind> = {
  postgres: {
    name: 'postgres',
    instance: 'postgres-dev',
    type: 'postgres-database',
    spec: { connectionLimit: 10, extensions: [] },
    changed: {
      connectionLimit: 12,
      extensions: [],
      parameters: { work_mem: '8MB' },
    },
    role: 'writer',
  },
  kafka: {
    name: 'kafka',
    instance: 'kafka-dev',
    type: 'kafka-topic',
    spec: { partitions: 1, replicationFactor: 1 },
    changed: {
      partitions: 2,
      replicationFactor: 1,
      config: { 'retention.ms': '3600000' },
    },
    role: 'producer',
  },
  cassandra: {
    name: 'cassandra',
    instance: 'cassandra-dev',
    type: 'cassandra-keyspace',
    spec: { replication: { dc1: 1 }, durableWrites: true },
    changed: { replication: { dc1: 1 }, durableWrites: false },
    role: 'writer',
  },
};

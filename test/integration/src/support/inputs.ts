import { randomBytes } from 'node:crypto';

/** Groups of the sample organisation. */
export const PAYMENTS = 'group:default/payments';
export const LOGISTICS = 'group:default/logistics';
export const PLATFORM = 'group:default/platform';

/** A request to create something. */
export interface CreateInput {
  action: 'create';
  type: string;
  instance: string;
  name: string;
  owner: string;
  system?: string;
  spec: Record<string, unknown>;
  grants?: { principal: string; role: string }[];
  reason?: string;
}

/** A name that nothing had before; legal for every engine. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(4).toString('hex')}`;
}

/** A topic that the sample policies approve by themselves. */
export function topic(
  name = uniqueName('topic'),
  overrides: Partial<CreateInput> = {},
): CreateInput {
  return {
    ...ofPayments('kafka-topic', 'kafka-dev', name),
    spec: { partitions: 3, replicationFactor: 1 },
    ...overrides,
  };
}

/** A keyspace that the sample policies approve by themselves. */
export function keyspace(
  name = uniqueName('ks'),
  overrides: Partial<CreateInput> = {},
): CreateInput {
  return {
    ...ofPayments('cassandra-keyspace', 'cassandra-dev', name),
    spec: { replication: { dc1: 1 } },
    ...overrides,
  };
}

/** A database that the sample policies approve by themselves. */
export function database(
  name = uniqueName('db'),
  overrides: Partial<CreateInput> = {},
): CreateInput {
  return {
    ...ofPayments('postgres-database', 'postgres-dev', name),
    spec: { connectionLimit: 10 },
    ...overrides,
  };
}

/** The same for `logistics`. */
export const ofLogistics = {
  owner: LOGISTICS,
  system: 'system:default/logistics',
} as const;

function ofPayments(type: string, instance: string, name: string) {
  return {
    action: 'create',
    type,
    instance,
    name,
    owner: PAYMENTS,
    system: 'system:default/payments',
    reason: 'A journey needs it',
  } as const;
}

import type {
  DataRequest,
  DataResource,
  Grant,
  Instance,
  LiveUse,
  Plan,
  ResourceExports,
  ResourceGrants,
  ResourceType,
} from '@data-resources/plugin-data-resources-common';

const SOME_DAY = '2026-03-02T10:00:00.000Z';

export const kafkaTopic: ResourceType = {
  type: 'kafka-topic',
  engine: 'kafka',
  title: 'Kafka topic',
  description: 'A log of records',
  roles: [
    { name: 'producer', title: 'Producer', description: 'Writes records' },
    { name: 'consumer', title: 'Consumer', description: 'Reads records' },
  ],
  specSchema: {},
};

export const kafkaDev: Instance = {
  name: 'kafka-dev',
  engine: 'kafka',
  environment: 'dev',
  title: 'Kafka (development)',
  owner: 'group:default/platform',
  types: ['kafka-topic'],
  entityRef: 'resource:default/kafka-dev',
  status: { reachable: true, version: '4.3.1', observedAt: SOME_DAY },
  topology: { brokers: 3 },
  limits: { partitions: 12 },
  usage: { 'kafka-topic': 2 },
};

export function aPlan(overrides: Partial<Plan> = {}): Plan {
  return {
    revision: 1,
    hash: 'hash-1',
    risk: 'low',
    changes: [
      { path: 'topic', kind: 'create', to: 'orders' },
      { path: 'partitions', kind: 'create', to: 12 },
    ],
    steps: [
      { id: 's1', title: 'Create the topic', call: 'CreateTopics orders' },
    ],
    findings: [],
    approval: {
      mode: 'manual',
      required: [{ group: 'group:default/platform', count: 1, given: 0 }],
    },
    observedAt: SOME_DAY,
    ...overrides,
  };
}

export function aRequest(overrides: Partial<DataRequest> = {}): DataRequest {
  return {
    id: 'request-1',
    action: 'create',
    state: 'pending',
    input: { action: 'create' },
    type: 'kafka-topic',
    instance: 'kafka-dev',
    environment: 'dev',
    name: 'orders',
    owner: 'group:default/payments',
    requestedBy: 'user:default/payments-dev',
    plan: aPlan(),
    previousPlans: [],
    decisions: [],
    execution: [],
    createdAt: SOME_DAY,
    updatedAt: SOME_DAY,
    expiresAt: '2126-03-02T10:00:00.000Z',
    can: [],
    ...overrides,
  };
}

export function aResource(overrides: Partial<DataResource> = {}): DataResource {
  return {
    id: 'resource-1',
    type: 'kafka-topic',
    engine: 'kafka',
    instance: 'kafka-dev',
    environment: 'dev',
    name: 'orders',
    owner: 'group:default/payments',
    system: 'system:default/payments',
    tags: [],
    spec: { partitions: 12, config: { 'retention.ms': '604800000' } },
    observed: { partitions: 6, config: { 'retention.ms': '604800000' } },
    generation: 1,
    observedGeneration: 1,
    phase: 'ready',
    conditions: [
      {
        type: 'Ready',
        status: 'true',
        reason: 'Available',
        message: 'Every partition has a leader.',
        since: SOME_DAY,
      },
    ],
    entityRef: 'resource:default/kafka-dev.orders',
    connection: {
      engine: 'kafka',
      bootstrapServers: ['broker:9092'],
      securityProtocol: 'SASL_SSL',
      saslMechanism: 'SCRAM-SHA-512',
      topic: 'orders',
    },
    createdAt: SOME_DAY,
    updatedAt: SOME_DAY,
    can: [],
    ...overrides,
  };
}

export function aGrant(overrides: Partial<Grant> = {}): Grant {
  return {
    id: 'grant-1',
    resourceId: 'resource-1',
    principal: 'component:default/payments-api',
    role: 'consumer',
    state: 'active',
    since: SOME_DAY,
    requestId: 'request-1',
    can: [],
    ...overrides,
  };
}

export function someGrants(items: Grant[]): ResourceGrants {
  return {
    items,
    pageInfo: {},
    effectiveAccess: {
      items: [
        { login: 'mirror-maker', rights: ['Read'], via: 'prefixed ACL "ord"' },
      ],
      observedAt: SOME_DAY,
    },
  };
}

export function someUse(overrides: Partial<LiveUse> = {}): LiveUse {
  return {
    users: [],
    measures: [],
    unseen: [],
    observedAt: SOME_DAY,
    ...overrides,
  };
}

export function someExports(
  overrides: Partial<ResourceExports> = {},
): ResourceExports {
  return {
    items: [
      {
        id: 'strimzi',
        title: 'Strimzi',
        description: 'A KafkaTopic and its users',
        audience: 'declaration',
        fileName: 'orders.yaml',
        language: 'yaml',
        text: 'kind: KafkaTopic\n',
      },
      {
        id: 'java',
        title: 'Java',
        description: 'Properties of the Java clients',
        audience: 'client',
        fileName: 'client.properties',
        language: 'properties',
        text: 'group.id=payments_api_0a1b2c3d4e\n',
      },
      {
        id: 'kcat',
        title: 'kcat',
        description: 'For the command line',
        audience: 'client',
        problem: 'This export failed; the backend’s log has the reason.',
      },
    ],
    principals: [
      { principal: 'component:default/payments-api', roles: ['consumer'] },
      { principal: 'component:default/other', roles: ['producer'] },
    ],
    variables: { username: 'KAFKA_USERNAME', password: 'KAFKA_PASSWORD' },
    ...overrides,
  };
}

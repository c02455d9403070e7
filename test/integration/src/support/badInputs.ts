import { components } from './components';
import { CreateInput, database, keyspace, topic, uniqueName } from './inputs';

/** What is wrong, and the field that the answer must name. */
export interface BadInput {
  title: string;
  body: () => unknown;
  path?: string;
  /** Not the usual 400. */
  status?: number;
}

export const UNKNOWN_ID = '01890000-0000-7000-8000-000000000000';

const badNames: Record<string, string> = {
  empty: '',
  'a space': 'two words',
  'a leading space': ' name',
  'a single quote': "it's",
  'a double quote': 'na"me',
  'a semicolon': 'name; DROP DATABASE postgres',
  'a comment': 'name/*',
  'unicode letters': 'größe',
  'an emoji': 'name😀',
  dots: '..',
  'a path': '../../etc/passwd',
  'a line break': 'na\nme',
  NUL: 'na\u0000me',
  'half of a surrogate pair': 'na\ud800me',
};

export const makers = { topic, keyspace, database };
const tooLong = { topic: 250, keyspace: 49, database: 58 };
export const reserved = {
  topic: ['__consumer_offsets', '__cluster_metadata', '.'],
  keyspace: ['system', 'system_auth', 'system_schema', 'data_resources_meta'],
  database: ['postgres', 'template0', 'template1'],
};

export const names: BadInput[] = Object.entries(makers).flatMap(
  ([kind, make]) => [
    ...Object.entries(badNames).map(([title, name]) => ({
      title: `${kind}: a name with ${title}`,
      body: () => make(name),
      path: 'name',
    })),
    {
      title: `${kind}: a name that is too long`,
      body: () => make('x'.repeat(tooLong[kind as keyof typeof tooLong])),
      path: 'name',
    },
    {
      title: `${kind}: a name of a megabyte`,
      body: () => make('x'.repeat(1024 * 1024)),
      status: 413,
    },
    {
      title: `${kind}: a name that is no text`,
      body: () => ({ ...make(), name: 7 }),
      path: 'name',
    },
  ],
);

export const partitions: BadInput[] = [
  0,
  -1,
  1.5,
  1e9,
  '3',
  null,
  [],
  true,
].map(value => ({
  title: `topic: ${JSON.stringify(value)} partitions`,
  body: () => topic(undefined, withSpec({ partitions: value })),
  path: 'spec.partitions',
}));

export const specs: BadInput[] = [
  {
    title: 'topic: partitions are missing',
    body: () => topic(undefined, { spec: { replicationFactor: 1 } }),
    path: 'spec.partitions',
  },
  {
    title: 'topic: a field that does not exist',
    body: () => topic(undefined, withSpec({ partition: 3 })),
    path: 'spec.partition',
  },
  {
    title: 'topic: a spec that is a list',
    body: () => ({ ...topic(), spec: [] }),
    path: 'spec',
  },
  {
    title: 'topic: no spec',
    body: () => ({ ...topic(), spec: undefined }),
    path: 'spec',
  },
  {
    title: 'keyspace: a field that does not exist',
    body: () =>
      keyspace(undefined, { spec: { replication: { dc1: 1 }, class: 'x' } }),
    path: 'spec.class',
  },
  {
    title: 'keyspace: no data centre',
    body: () => keyspace(undefined, { spec: { replication: {} } }),
    path: 'spec.replication',
  },
  {
    title: 'keyspace: 0 replicas',
    body: () => keyspace(undefined, { spec: { replication: { dc1: 0 } } }),
    path: 'spec.replication.dc1',
  },
  {
    title: 'database: a field that does not exist',
    body: () => database(undefined, { spec: { owner: 'postgres' } }),
    path: 'spec.owner',
  },
  {
    title: 'database: a parameter that is not on the list',
    body: () =>
      database(undefined, { spec: { parameters: { role: 'postgres' } } }),
    path: 'spec.parameters.role',
  },
  {
    title: 'database: a connection limit of -2',
    body: () => database(undefined, { spec: { connectionLimit: -2 } }),
    path: 'spec.connectionLimit',
  },
];

export const references: BadInput[] = [
  field('owner', 'group:default/nobody'),
  field('owner', 'payments'),
  field('owner', 'group:default/PAYMENTS'),
  field('owner', 'user:default/payments-dev'),
  field('system', 'system:default/nothing'),
  field('system', 'payments'),
  field('instance', 'kafka-nowhere'),
  field('instance', 'postgres-dev'),
  field('type', 'kafka-queue'),
  field('type', ''),
  field('action', 'destroy'),
  field('nmae', 'x'),
  field('reason', 'x'.repeat(5000)),
  field('reason', 'a\u0000b'),
  field('tags', ['Not A Tag'], 'tags[0]'),
  granted('principal', 'component:default/nothing', 'producer'),
  granted('principal', 'user:default/payments-dev', 'producer'),
  granted('principal', components.shipper, 'producer'),
  granted('role', components.api, 'reader'),
  granted('role', components.api, 'superuser'),
  {
    title: 'topic: a grant that ends',
    body: () =>
      topic(undefined, {
        grants: [
          {
            principal: components.api,
            role: 'producer',
            expiresAt: '2099-01-01T00:00:00Z',
          } as { principal: string; role: string },
        ],
      }),
    path: 'grants[0].expiresAt',
  },
  {
    title: 'delete: a resource that is not there',
    body: () => ({ action: 'delete', resourceId: UNKNOWN_ID }),
    path: 'resourceId',
  },
  {
    title: 'delete: an id that is none',
    body: () => ({ action: 'delete', resourceId: "' OR 1=1" }),
    path: 'resourceId',
  },
  {
    title: 'grant: a resource that is not there',
    body: () => ({
      action: 'grant',
      resourceId: UNKNOWN_ID,
      principal: components.api,
      role: 'producer',
    }),
    path: 'resourceId',
  },
  {
    title: 'revoke: a grant that is not there',
    body: () => ({ action: 'revoke', grantId: UNKNOWN_ID }),
    path: 'grantId',
  },
];

export const bodies: BadInput[] = [
  { title: 'a body that is no JSON', body: () => '{"action": "create"' },
  { title: 'a body that is plain text', body: () => 'create a topic' },
  { title: 'an empty body', body: () => '' },
  { title: 'a list', body: () => [topic()] },
  { title: 'null', body: () => 'null' },
  { title: 'a number', body: () => '7' },
  { title: 'an empty object', body: () => ({}), path: 'action' },
  {
    title: 'a body nested too deeply',
    body: () => `${'{"spec":'.repeat(5000)}1${'}'.repeat(5000)}`,
  },
  {
    title: 'a key that changes prototypes',
    body: () =>
      JSON.stringify(topic()).replace('"spec":{', '"spec":{"__proto__":{},'),
    path: 'spec.__proto__',
  },
  {
    title: 'bytes that are no UTF-8',
    body: () => new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
  },
];

/** Judged by policies and the instance's rules: a plan shows it, and a request is refused. */
export const denied: (BadInput & { body: () => CreateInput })[] = [
  {
    title: 'topic: more replicas than brokers',
    body: () => topic(undefined, withSpec({ replicationFactor: 2 })),
    path: 'spec.replicationFactor',
  },
  {
    title: 'topic: a setting that Kafka does not know',
    body: () =>
      topic(undefined, withSpec({ config: { 'retention.millis': '1' } })),
    path: 'spec.config["retention.millis"]',
  },
  {
    title: 'keyspace: more replicas than nodes',
    body: () => keyspace(undefined, { spec: { replication: { dc1: 2 } } }),
    path: 'spec.replication.dc1',
  },
  {
    title: 'keyspace: a data centre that is not there',
    body: () =>
      keyspace(undefined, { spec: { replication: { dc1: 1, mars: 1 } } }),
    path: 'spec.replication.mars',
  },
  ...['dblink', 'pg_stat_statements', 'no_such_extension'].map(extension => ({
    title: `database: the extension ${extension}`,
    body: () =>
      database(undefined, {
        spec: { connectionLimit: 10, extensions: [extension] },
      }),
    path: 'spec.extensions',
  })),
];

function withSpec(spec: Record<string, unknown>): Partial<CreateInput> {
  return { spec: { partitions: 3, replicationFactor: 1, ...spec } };
}

function field(name: string, value: unknown, path = name): BadInput {
  const shown = JSON.stringify(value).slice(0, 40);
  return {
    title: `topic: ${name} is ${shown}`,
    body: () => ({ ...topic(uniqueName('bad')), [name]: value }),
    path,
  };
}

function granted(
  wrong: 'principal' | 'role',
  principal: string,
  role: string,
): BadInput {
  return {
    title: `topic: a grant as ${role} to ${principal}`,
    body: () => topic(undefined, { grants: [{ principal, role }] }),
    path: `grants[0].${wrong}`,
  };
}

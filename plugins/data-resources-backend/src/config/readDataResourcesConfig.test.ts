import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { readDataResourcesConfig } from './readDataResourcesConfig';

const KAFKA = {
  name: 'kafka-dev',
  engine: 'kafka',
  environment: 'dev',
  title: 'Kafka (development)',
  owner: 'group:default/platform',
  admin: { anything: ['goes'] },
  client: {},
  limits: { partitions: 12 },
  deletion: { dump: { folder: '/dumps' } },
};

const SECTION = {
  installationId: 'sample-portal',
  platformGroup: 'group:default/platform',
  environments: ['dev', 'prod'],
  instances: [
    KAFKA,
    {
      ...KAFKA,
      name: 'postgres-prod',
      engine: 'postgres',
      environment: 'prod',
    },
  ],
};

function read(overrides: JsonObject = {}) {
  return readDataResourcesConfig(
    new ConfigReader({ dataResources: { ...SECTION, ...overrides } }),
  );
}

describe('readDataResourcesConfig', () => {
  it('should read instances with their paths and leave the rest to the engine', () => {
    const config = read();
    expect(config).toMatchObject({
      installationId: 'sample-portal',
      platformGroup: 'group:default/platform',
      environments: ['dev', 'prod'],
      policies: [],
      requests: { expireAfter: 14 * 24 * 3600_000 },
      credentials: { grace: 24 * 3600_000 },
    });
    expect(
      config.instances.map(({ name, engine, environment, path }) => [
        name,
        engine,
        environment,
        path,
      ]),
    ).toEqual([
      ['kafka-dev', 'kafka', 'dev', 'dataResources.instances[0]'],
      ['postgres-prod', 'postgres', 'prod', 'dataResources.instances[1]'],
    ]);
    expect(config.instances[0].config.getNumber('limits.partitions')).toBe(12);
    expect(config.instances[0].config.getString('deletion.dump.folder')).toBe(
      '/dumps',
    );
    expect(() =>
      config.instances[1].config.getString('admin.password'),
    ).toThrow('dataResources.instances[1].admin.password');
  });

  it('should offer nothing where the section is absent', () => {
    expect(readDataResourcesConfig(new ConfigReader({}))).toEqual({
      quarantine: new Map(),
      drift: {
        interval: 5 * 60 * 1000,
        massLoss: { share: 0.5, least: 5 },
      },
      reconciler: { lease: 30 * 1000 },
      discovery: { interval: 10 * 60 * 1000 },
      liveUse: { interval: 5 * 60 * 1000 },
      installationId: '',
      platformGroup: '',
      environments: [],
      instances: [],
      policies: [],
      defaultPolicies: { enabled: true, disabled: [], effects: {} },
      budgets: [],
      productionEnvironments: [],
      requests: { expireAfter: 14 * 24 * 3600_000 },
      credentials: { grace: 24 * 3600_000 },
    });
  });

  it('should take the name of an instance for a missing title', () => {
    const { title, ...untitled } = KAFKA;
    expect(read({ instances: [untitled] }).instances[0].title).toBe(
      'kafka-dev',
    );
  });

  it.each([
    ['3 days', 3 * 24 * 3600_000],
    ['PT36H', 36 * 3600_000],
    [{ hours: 1, minutes: 30 }, 90 * 60_000],
  ])('should read the duration %j', (expireAfter, expected) => {
    expect(read({ requests: { expireAfter } }).requests.expireAfter).toBe(
      expected,
    );
    expect(
      read({ credentials: { grace: expireAfter } }).credentials.grace,
    ).toBe(expected);
  });

  it('should read budgets, and what of the default policies applies', () => {
    const { budgets, defaultPolicies } = read({
      budgets: [
        { limits: { partitions: 100 } },
        {
          name: 'payments',
          match: { owners: ['group:default/payments'], environments: ['dev'] },
          limits: { connections: 0 },
        },
      ],
      defaultPolicies: {
        disabled: ['kafka/naming'],
        effects: { 'production/system': 'warn' },
      },
    });
    expect(budgets).toEqual([
      {
        name: '1',
        match: {},
        limits: { partitions: 100 },
        configPath: 'dataResources.budgets[0]',
      },
      {
        name: 'payments',
        match: { owners: ['group:default/payments'], environments: ['dev'] },
        limits: { connections: 0 },
        configPath: 'dataResources.budgets[1]',
      },
    ]);
    expect(defaultPolicies).toEqual({
      enabled: true,
      disabled: ['kafka/naming'],
      effects: { 'production/system': 'warn' },
    });
  });

  it('should take environments called production for it, unless told otherwise', () => {
    const production = (overrides: JsonObject) =>
      read({ instances: [], ...overrides }).productionEnvironments;
    expect(production({})).toEqual(['prod']);
    expect(production({ environments: ['dev', 'live'] })).toEqual([]);
    expect(
      production({
        environments: ['dev', 'prod', 'live'],
        productionEnvironments: ['live'],
      }),
    ).toEqual(['live']);
    expect(production({ productionEnvironments: [] })).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [
      { productionEnvironments: ['pord'] },
      'dataResources.productionEnvironments[0] is "pord" (did you mean "prod"?), and must be one of dataResources.environments: dev, prod',
    ],
    [{ budgets: [{ limits: {} }] }, 'dataResources.budgets[0].limits is empty'],
    [
      { budgets: [{ limits: { topics: -1 } }] },
      'dataResources.budgets[0].limits.topics is -1, and must be a whole number of 0 or more',
    ],
    [
      { budgets: [{ limits: { topics: 1.5 } }] },
      'dataResources.budgets[0].limits.topics is 1.5',
    ],
    [{ budgets: [{ name: 'x' }] }, 'dataResources.budgets[0].limits'],
    [
      { budgets: [{ limit: { topics: 1 } }] },
      'dataResources.budgets[0].limit is no known setting (did you mean "limits"?)',
    ],
    [
      { budgets: [{ name: 'a/b', limits: { topics: 1 } }] },
      'dataResources.budgets[0].name is "a/b"',
    ],
    [
      { budgets: [{ match: { types: [] }, limits: { topics: 1 } }] },
      'dataResources.budgets[0].match.types is an empty list',
    ],
    [
      { budgets: [{ match: { owners: ['payments'] }, limits: { topics: 1 } }] },
      'dataResources.budgets[0].match.owners[0] is "payments"',
    ],
    [
      { budgets: [{ match: { instances: ['x'] }, limits: { topics: 1 } }] },
      'dataResources.budgets[0].match.instances is no known setting',
    ],
    [
      { defaultPolicies: { disabled: ['kafka/namin'] } },
      'dataResources.defaultPolicies.disabled[0] is "kafka/namin" (did you mean "kafka/naming"?), and no policy of that name ships',
    ],
    [
      { defaultPolicies: { effects: { 'kafka/namin': 'warn' } } },
      'dataResources.defaultPolicies.effects has "kafka/namin" (did you mean "kafka/naming"?)',
    ],
    [
      { defaultPolicies: { effects: { 'kafka/naming': 'off' } } },
      'dataResources.defaultPolicies.effects["kafka/naming"] is "off", and must be one of deny, warn, info; list the policy under disabled',
    ],
    [
      { defaultPolicies: { effects: ['kafka/naming'] } },
      'dataResources.defaultPolicies.effects is',
    ],
    [
      { defaultPolicies: { enable: false } },
      'dataResources.defaultPolicies.enable is no known setting (did you mean "enabled"?)',
    ],
  ])('should refuse %j', (overrides, message) => {
    expect(() => read(overrides)).toThrow(message);
  });

  it('should read policies', () => {
    const approve = { group: 'group:default/dba', count: 2 };
    const { policies } = read({
      policies: [
        {
          name: 'small-topics',
          match: { types: ['kafka-topic'], actions: ['create', 'update'] },
          when: 'spec.partitions <= 6',
          approve: 'automatically',
        },
        { name: 'dba', approve },
        { name: 'one', approve: { group: 'group:default/dba' } },
        { name: 'no', effect: 'deny', message: 'No', path: 'spec.partitions' },
      ],
    });
    expect(policies).toEqual([
      {
        name: 'small-topics',
        match: { types: ['kafka-topic'], actions: ['create', 'update'] },
        when: 'spec.partitions <= 6',
        approve: 'automatically',
        configPath: 'dataResources.policies[0]',
      },
      {
        name: 'dba',
        approve: [approve],
        configPath: 'dataResources.policies[1]',
      },
      {
        name: 'one',
        approve: [{ group: 'group:default/dba', count: 1 }],
        configPath: 'dataResources.policies[2]',
      },
      {
        name: 'no',
        effect: 'deny',
        message: 'No',
        path: 'spec.partitions',
        configPath: 'dataResources.policies[3]',
      },
    ]);
  });

  const instance = (overrides: JsonObject) => ({
    instances: [{ ...KAFKA, ...overrides }],
  });
  const policy = (overrides: JsonObject) => ({
    policies: [{ name: 'p', approve: 'automatically', ...overrides }],
  });

  it.each<[string, JsonObject]>([
    [
      'dataResources.installationId is "My Portal", and must be 1 to 32 of the characters a-z, 0-9 and "-"',
      { installationId: 'My Portal' },
    ],
    [
      'dataResources.installationId is "aaaa',
      { installationId: 'a'.repeat(33) },
    ],
    ['got number, wanted string', { installationId: 7 }],
    [
      'dataResources.platformGroup is "platform", and must be a full, lower-case entity ref such as "group:default/payments"',
      { platformGroup: 'platform' },
    ],
    [
      'dataResources.platformGroup is "Group:default/platform"',
      { platformGroup: 'Group:default/platform' },
    ],
    [
      'dataResources.platformGroup is "user:default/platform"',
      { platformGroup: 'user:default/platform' },
    ],
    ['dataResources.environments is empty', { environments: [] }],
    [
      'dataResources.environments[1] is "Prod", and must be',
      { environments: ['dev', 'Prod'] },
    ],
    [
      'dataResources.environments[2] is "dev", as dataResources.environments[0] is',
      { environments: ['dev', 'prod', 'dev'] },
    ],
    [
      'dataResources.instance is no known setting (did you mean "instances"?)',
      { instance: [] },
    ],
    ['dataResources.instances[0].name is "Kafka"', instance({ name: 'Kafka' })],
    [
      'dataResources.instances[0].name is "kafka dev"',
      instance({ name: 'kafka dev' }),
    ],
    [
      'dataResources.instances[0].name is "aaaa',
      instance({ name: 'a'.repeat(64) }),
    ],
    [
      'dataResources.instances[1].name is "kafka-dev", the name of dataResources.instances[0] as well',
      { instances: [KAFKA, KAFKA] },
    ],
    [
      'dataResources.instances[0].environment is "pord" (did you mean "prod"?), and must be one of dataResources.environments: dev, prod',
      instance({ environment: 'pord' }),
    ],
    [
      'dataResources.instances[0].owner is "platform"',
      instance({ owner: 'platform' }),
    ],
    [
      'dataResources.instances[0].enviroment is no known setting (did you mean "environment"?)',
      instance({ enviroment: 'dev' }),
    ],
    [
      'dataResources.requests.expireAfter is "a while", and must be a duration such as',
      { requests: { expireAfter: 'a while' } },
    ],
    [
      'dataResources.requests.expireAfter is 14, and must be',
      { requests: { expireAfter: 14 } },
    ],
    [
      'dataResources.requests.expireAfter is "P30Y", and must be',
      { requests: { expireAfter: 'P30Y' } },
    ],
    [
      'dataResources.requests.expireAfter is {"hours":-1}, and must be',
      { requests: { expireAfter: { hours: -1 } } },
    ],
    [
      'dataResources.requests.expireafter is no known setting (did you mean "expireAfter"?)',
      { requests: { expireafter: '1 day' } },
    ],
    [
      'dataResources.credentials.grace is "0s", and must be',
      { credentials: { grace: '0s' } },
    ],
    [
      'dataResources.policies[0].name is "a b", and must be',
      policy({ name: 'a b' }),
    ],
    [
      'dataResources.policies[0].whne is no known setting (did you mean "when"?)',
      policy({ whne: 'true' }),
    ],
    [
      'dataResources.policies[0].effect is "Deny" (did you mean "deny"?), and must be one of deny, warn, info',
      policy({ effect: 'Deny' }),
    ],
    [
      'dataResources.policies[0].approve is "automatic", and must be "automatically", { group, count } or a list of those',
      policy({ approve: 'automatic' }),
    ],
    [
      'dataResources.policies[0].approve[0] is "automatically", and must be { group, count }',
      policy({ approve: ['automatically'] }),
    ],
    [
      'dataResources.policies[0].approve is an empty list',
      policy({ approve: [] }),
    ],
    [
      'dataResources.policies[0].approve[1].group is "group:default/dba", which is listed before',
      policy({
        approve: [
          { group: 'group:default/dba' },
          { group: 'group:default/dba', count: 2 },
        ],
      }),
    ],
    [
      'dataResources.policies[0].approve[1].count is 0, and must be a whole number from 1 to 20',
      policy({
        approve: [
          { group: 'group:default/dba' },
          { group: 'group:default/ops', count: 0 },
        ],
      }),
    ],
    [
      'dataResources.policies[0].approve.group is "dba", and must be a full',
      policy({ approve: { group: 'dba' } }),
    ],
    [
      'dataResources.policies[0].approve.count is 0, and must be a whole number from 1 to 20',
      policy({ approve: { group: 'group:default/dba', count: 0 } }),
    ],
    [
      'dataResources.policies[0].approve.count is 1.5',
      policy({ approve: { group: 'group:default/dba', count: 1.5 } }),
    ],
    [
      'dataResources.policies[0].approve.groups is no known setting',
      policy({ approve: { groups: 'group:default/dba' } }),
    ],
    [
      'dataResources.quarantine.dev is "0 days", and must be a duration such as "14 days", "PT36H" or { hours: 36 }, from 1 second to 10 years. To remove what is deleted at once, without a way back, write a policy with quarantine: none',
      { quarantine: { dev: '0 days' } },
    ],
    [
      'dataResources.drift.massLoss.share is 50, and must be a number from 0 to 1',
      { drift: { massLoss: { share: 50 } } },
    ],
    [
      'dataResources.drift.massLoss.least is 0, and must be a whole number from 1 on',
      { drift: { massLoss: { least: 0 } } },
    ],
    [
      'dataResources.policies[0].quarantine is "off", and must be one of none',
      policy({ quarantine: 'off' }),
    ],
    [
      'dataResources.policies[0].drift is "putback" (did you mean "put-back"?), and must be one of put-back, keep',
      policy({ drift: 'putback' }),
    ],
    [
      'dataResources.policies[0].match.type is no known setting (did you mean "types"?)',
      policy({ match: { type: ['kafka-topic'] } }),
    ],
    [
      'dataResources.policies[0].match.types is an empty list',
      policy({ match: { types: [] } }),
    ],
    [
      'dataResources.policies[0].match.actions[1] is "crate" (did you mean "create"?), and must be one of create, update',
      policy({ match: { actions: ['update', 'crate'] } }),
    ],
    [
      'dataResources.policies[0].match.owners[0] is "payments"',
      policy({ match: { owners: ['payments'] } }),
    ],
  ])('should say: %s', (message, overrides) => {
    expect(() => read(overrides)).toThrow(message);
  });

  it.each([
    ['dataResources.installationId', 'installationId'],
    ['dataResources.platformGroup', 'platformGroup'],
    ['dataResources.environments', 'environments'],
  ])('should name the missing %s', (path, key) => {
    expect(() => read({ [key]: undefined })).toThrow(path);
  });

  it.each(['name', 'engine', 'environment', 'owner'])(
    'should name the missing %s of an instance',
    key => {
      expect(() => read(instance({ [key]: undefined }))).toThrow(
        `dataResources.instances[0].${key}`,
      );
    },
  );
});

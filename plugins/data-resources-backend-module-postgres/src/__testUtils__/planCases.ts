import type { JsonObject } from '@backstage/types';
import type {
  Observation,
  PlanInput,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import type {
  ObservedFacts,
  ObservedSpec,
  ServerFacts,
} from '../provider/facts';
import { planDatabase } from '../provider/planDatabase';
import { extensionNames } from '../type/extensions';
import { type DatabaseSpec, specSchema } from '../type/specSchema';

const CONFIG: InstanceConfig = {
  admin: {
    hosts: [{ host: 'db', port: 5432 }],
    user: 'data_resources',
    password: 'of-the-provisioner',
    database: 'postgres',
    sslmode: 'disable',
    callTimeoutMs: 5_000,
    concurrency: 8,
    colocation: false,
  },
  client: { hosts: [{ host: 'db', port: 5432 }], sslmode: 'disable' },
  limits: {
    extensions: ['citext', 'pgcrypto', 'cube', 'earthdistance', 'dblink'],
    connectionLimit: 100,
    templates: ['template1', 'gis', 'gone'],
    logins: {},
  },
  deletion: {},
};

const SERVER: ServerFacts = {
  extensions: [
    ['citext', true],
    ['pgcrypto', true],
    ['cube', true],
    ['earthdistance', true, 'cube'],
    ['dblink', false],
    ['hstore', true],
  ].map(([name, creatable, ...requires]) => ({
    name: String(name),
    creatable: Boolean(creatable),
    requires: requires.map(String),
  })),
  parameters: [
    'statement_timeout',
    'work_mem',
    'jit',
    'default_transaction_read_only',
  ],
  locales: ['C', 'C.utf8', 'en_US.utf8'],
  defaultLocale: 'C.UTF-8',
  provisioner: 'data_resources',
  model: {
    settings: [
      {
        name: 'statement_timeout',
        context: 'user',
        settable: true,
        type: 'integer',
        unit: 'ms',
        min: '0',
        max: '2147483647',
        words: null,
      },
    ],
    extensionVersions: [
      ['citext', '1.4'],
      ['citext', '1.5'],
      ['citext', '1.6', true],
      ['pgcrypto', '1.3', true],
      ['cube', '1.5', true],
      ['earthdistance', '1.2', true, 'cube'],
      ['dblink', '1.2', true],
    ].map(([name, version, isDefault = false, ...requires]) => ({
      name: String(name),
      version: String(version),
      isDefault: Boolean(isDefault),
      creatable: name !== 'dblink' && version !== '1.4',
      requires: requires.map(String),
    })),
    templates: [
      { name: 'gis', encoding: 'UTF8', provider: 'libc', locale: 'C' },
      {
        name: 'template1',
        encoding: 'UTF8',
        provider: 'icu',
        locale: 'de-DE',
      },
    ],
    localeProviders: ['builtin', 'icu', 'libc'],
    icuLanguages: ['de', 'en', 'und'],
    builtinLocales: [
      { locale: 'C', encoding: null },
      { locale: 'C.UTF-8', encoding: 'UTF8' },
    ],
  },
};

/** A reader and an owner. */
export const GRANTS: PlannedGrant[] = ['reader', 'owner'].map(role => ({
  principal: 'component:default/shop',
  role,
  login: { base: 'shop', a: 'shop_a', b: 'shop_b' } as PlannedGrant['login'],
}));

/** A spec with what is filled in. */
export const spec = (fields: object = {}): DatabaseSpec =>
  specSchema.parse(fields);

/** What a plan is made of; all else is as it should be. */
export interface PlanCase {
  /** How the database is; as agreed unless told. */
  found?: Partial<ObservedSpec>;
  facts?: Partial<ObservedFacts>;
  observed?: Partial<Observation>;
  current?: object;
  desired?: object;
  grants?: Partial<PlanInput['grants']>;
  identity?: JsonObject;
  config?: Partial<InstanceConfig['limits']>;
  /** The highest value that the server takes for `statement_timeout`. */
  settingsMax?: string;
}

/** The plan of a change to a database `orders`, on a server that is made up. */
export function planOf(action: PlanInput['action'], options: PlanCase = {}) {
  const current = spec(options.current);
  const locale = current.locale ?? SERVER.defaultLocale;
  return planDatabase(
    {
      action,
      object: { name: 'orders', identity: options.identity ?? {} },
      current,
      desired: options.desired ? spec(options.desired) : current,
      grants: { add: [], remove: [], keep: [], ...options.grants },
      observed: {
        exists: true,
        ours: true,
        spec: {
          ...current,
          locale,
          extensions: extensionNames(current.extensions),
          ...options.found,
        },
        facts: {
          foreignRoles: [],
          owner: 'orders_dba',
          closed: false,
          sessions: 0,
          visitors: [],
          ...options.facts,
        },
        ...options.observed,
      },
      instance: {
        clusterId: '1',
        version: '18.4',
        topology: {},
        conditions: [],
        facts: serverWith(options),
      },
    },
    { ...CONFIG, limits: { ...CONFIG.limits, ...options.config } },
    'test',
  );
}

function serverWith({ settingsMax }: PlanCase): ServerFacts {
  const { model } = SERVER;
  return settingsMax === undefined
    ? SERVER
    : {
        ...SERVER,
        model: {
          ...model,
          settings: model.settings.map(each => ({ ...each, max: settingsMax })),
        },
      };
}

/** Effects and rules of the findings. */
export const rules = ({ findings }: ReturnType<typeof planOf>) =>
  findings.map(({ policy, effect }) => `${effect} ${policy}`);
/** Steps with their arguments. */
export const args = ({ steps }: ReturnType<typeof planOf>) =>
  steps.map(step => [step.id, step.args]);

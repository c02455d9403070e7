import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { didYouMean, showValue } from '../checks';
import {
  checkKeys,
  found,
  readGroupRef,
  readList,
  checkUnique,
} from './checks';
import type { DataResourcesConfig } from './DataResourcesConfig';
import { readBudget } from './readBudget';
import { readDefaultPolicies } from './readDefaultPolicies';
import { readInstance } from './readInstance';
import { MASS_LOSS, readMassLoss } from './readMassLoss';
import { readPolicy } from './readPolicy';

const SECTION = 'dataResources';
const KEYS = [
  'installationId',
  'platformGroup',
  'environments',
  'productionEnvironments',
  'instances',
  'policies',
  'defaultPolicies',
  'budgets',
  'requests',
  'credentials',
  'quarantine',
  'drift',
  'reconciler',
  'discovery',
  'liveUse',
];
/** Environments of these names are production unless told otherwise. */
const PRODUCTION_NAMES = ['prod', 'production'];
const DAY_MS = 24 * 60 * 60 * 1000;
const DRIFT_INTERVAL_MS = 5 * 60 * 1000;
const LEASE_MS = 30 * 1000;
const DISCOVERY_INTERVAL_MS = 10 * 60 * 1000;
const LIVE_USE_INTERVAL_MS = 5 * 60 * 1000;

/**
 * Reads and checks the section `dataResources`. Throws an error that names the path of what
 * is wrong, what was found and what would be right. Where the section is absent, so are the
 * instances.
 */
export function readDataResourcesConfig(
  rootConfig: Config,
): DataResourcesConfig {
  const section = rootConfig.getOptionalConfig(SECTION);
  if (!section) {
    return {
      installationId: '',
      platformGroup: '',
      environments: [],
      instances: [],
      policies: [],
      defaultPolicies: { enabled: true, disabled: [], effects: {} },
      budgets: [],
      productionEnvironments: [],
      requests: { expireAfter: 14 * DAY_MS },
      credentials: { grace: DAY_MS },
      quarantine: new Map(),
      drift: { interval: DRIFT_INTERVAL_MS, massLoss: MASS_LOSS },
      reconciler: { lease: LEASE_MS },
      discovery: { interval: DISCOVERY_INTERVAL_MS },
      liveUse: { interval: LIVE_USE_INTERVAL_MS },
    };
  }
  checkKeys(section, SECTION, KEYS);
  const installationId = readInstallationId(section);
  const platformGroup = readGroupRef(section, 'platformGroup', SECTION);
  const environments = readEnvironments(section);
  const productionEnvironments = readProductionEnvironments(
    section,
    environments,
  );
  const instances = readList(section, 'instances').map((item, index) =>
    readInstance(item, `${SECTION}.instances[${index}]`, environments),
  );
  checkUnique(instances);
  return {
    installationId,
    platformGroup,
    environments,
    instances,
    policies: readList(section, 'policies').map((item, index) =>
      readPolicy(item, `${SECTION}.policies[${index}]`),
    ),
    defaultPolicies: readDefaultPolicies(
      section.getOptionalConfig('defaultPolicies'),
      `${SECTION}.defaultPolicies`,
    ),
    budgets: readList(section, 'budgets').map((item, index) =>
      readBudget(item, `${SECTION}.budgets[${index}]`, index),
    ),
    productionEnvironments,
    requests: {
      expireAfter: readDuration(
        section,
        'requests',
        'expireAfter',
        14 * DAY_MS,
      ),
    },
    credentials: {
      grace: readDuration(section, 'credentials', 'grace', DAY_MS),
    },
    quarantine: new Map(
      environments.map(environment => [
        environment,
        readDuration(
          section,
          'quarantine',
          environment,
          productionEnvironments.includes(environment) ? 7 * DAY_MS : DAY_MS,
          {
            keys: environments,
            hint: '. To remove what is deleted at once, without a way back, write a policy with quarantine: none',
          },
        ),
      ]),
    ),
    drift: {
      interval: readDuration(section, 'drift', 'interval', DRIFT_INTERVAL_MS, {
        keys: ['interval', 'massLoss'],
      }),
      massLoss: readMassLoss(section.getOptionalConfig('drift.massLoss')),
    },
    reconciler: {
      lease: readDuration(section, 'reconciler', 'lease', LEASE_MS),
    },
    discovery: {
      interval: readDuration(
        section,
        'discovery',
        'interval',
        DISCOVERY_INTERVAL_MS,
      ),
    },
    liveUse: {
      interval: readDuration(
        section,
        'liveUse',
        'interval',
        LIVE_USE_INTERVAL_MS,
      ),
    },
  };
}

function readInstallationId(section: Config): string {
  const id = section.getString('installationId');
  if (!/^[a-z0-9-]{1,32}$/.test(id)) {
    throw new InputError(
      `${SECTION}.installationId is ${found(
        id,
      )}, and must be 1 to 32 of the characters a-z, 0-9 and "-"`,
    );
  }
  return id;
}

function readEnvironments(section: Config): string[] {
  const environments = section.getStringArray('environments');
  const path = (index: number) => `${SECTION}.environments[${index}]`;
  if (environments.length === 0) {
    throw new InputError(
      `${SECTION}.environments is empty, and must list the stages in their order, e.g. [dev, staging, prod]`,
    );
  }
  environments.forEach((name, index) => {
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
      throw new InputError(
        `${path(index)} is ${found(
          name,
        )}, and must be 1 to 63 of the characters a-z, 0-9 and "-", the first and last no "-"`,
      );
    }
    const first = environments.indexOf(name);
    if (first !== index) {
      throw new InputError(
        `${path(index)} is ${found(name)}, as ${path(
          first,
        )} is; list each environment once`,
      );
    }
  });
  return environments;
}

function readProductionEnvironments(
  section: Config,
  environments: readonly string[],
): string[] {
  const key = 'productionEnvironments';
  const listed = section.getOptionalStringArray(key);
  listed?.forEach((name, index) => {
    if (!environments.includes(name)) {
      throw new InputError(
        `${SECTION}.${key}[${index}] is ${found(name)}${didYouMean(
          name,
          environments,
        )}, and must be one of ${SECTION}.environments: ${environments.join(
          ', ',
        )}`,
      );
    }
  });
  return listed ?? PRODUCTION_NAMES.filter(name => environments.includes(name));
}

/** The shortest and longest that a duration may be: longer ones overflow dates. */
const SHORTEST_MS = 1000;
const LONGEST_MS = 3660 * DAY_MS;

function readDuration(
  section: Config,
  parentKey: string,
  key: string,
  defaultMs: number,
  /** `hint`: what to do instead of what was tried. */
  { keys = [key], hint = '' }: { keys?: readonly string[]; hint?: string } = {},
): number {
  const parent = section.getOptionalConfig(parentKey);
  if (!parent) {
    return defaultMs;
  }
  const parentPath = `${SECTION}.${parentKey}`;
  checkKeys(parent, parentPath, keys);
  if (!parent.has(key)) {
    return defaultMs;
  }
  const expected = `must be a duration such as "14 days", "PT36H" or { hours: 36 }, from 1 second to 10 years${hint}`;
  let duration: number;
  try {
    duration = durationToMilliseconds(readDurationFromConfig(parent, { key }));
  } catch (error) {
    throw new InputError(
      `${parentPath}.${key} is ${showValue(
        parent.getOptional(key),
      )}, and ${expected}`,
      error,
    );
  }
  if (!(duration >= SHORTEST_MS && duration <= LONGEST_MS)) {
    throw new InputError(
      `${parentPath}.${key} is ${showValue(
        parent.getOptional(key),
      )}, and ${expected}`,
    );
  }
  return duration;
}

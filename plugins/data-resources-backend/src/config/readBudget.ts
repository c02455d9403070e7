import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { BudgetDefinition } from '../policy/types';
import { checkGroupRef, checkKeys, found } from './checks';

const MATCH_KEYS = ['owners', 'environments', 'types'] as const;

/** Reads the form of one item of `dataResources.budgets`; `Budgets` judges the sense. */
export function readBudget(
  config: Config,
  path: string,
  index: number,
): BudgetDefinition {
  checkKeys(config, path, ['name', 'match', 'limits']);
  const name = config.getOptionalString('name') ?? `${index + 1}`;
  if (!/^[A-Za-z0-9][\w.-]{0,89}$/.test(name)) {
    throw new InputError(
      `${path}.name is ${found(
        name,
      )}, and must be 1 to 90 letters, digits, "-", "_" and ".", the first a letter or digit`,
    );
  }
  return {
    name,
    match: readMatch(config.getOptionalConfig('match'), `${path}.match`),
    limits: readLimits(config.getConfig('limits'), `${path}.limits`),
    configPath: path,
  };
}

function readMatch(
  config: Config | undefined,
  path: string,
): BudgetDefinition['match'] {
  const match: BudgetDefinition['match'] = {};
  if (!config) {
    return match;
  }
  checkKeys(config, path, MATCH_KEYS);
  for (const key of MATCH_KEYS) {
    const values = config.getOptionalStringArray(key);
    if (values?.length === 0) {
      throw new InputError(
        `${path}.${key} is an empty list, which nothing matches; list a value or leave it out`,
      );
    }
    if (values) {
      match[key] = values;
    }
  }
  match.owners?.forEach((owner, index) =>
    checkGroupRef(owner, `${path}.owners[${index}]`),
  );
  return match;
}

function readLimits(config: Config, path: string): BudgetDefinition['limits'] {
  const counters = config.keys();
  if (counters.length === 0) {
    throw new InputError(
      `${path} is empty; limit something, e.g. { partitions: 100 }`,
    );
  }
  return Object.fromEntries(
    counters.map(counter => {
      const limit = config.getNumber(counter);
      if (!Number.isSafeInteger(limit) || limit < 0) {
        throw new InputError(
          `${path}.${counter} is ${found(
            limit,
          )}, and must be a whole number of 0 or more`,
        );
      }
      return [counter, limit];
    }),
  );
}

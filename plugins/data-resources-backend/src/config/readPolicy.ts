import { ConfigReader, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import { didYouMean } from '../checks';
import {
  DRIFT_WAYS,
  POLICY_ACTIONS,
  POLICY_EFFECTS,
  type ApproverRequirement,
  type PolicyDefinition,
  type PolicyMatch,
} from '../policy/types';
import { checkGroupRef, checkKeys, found, readGroupRef } from './checks';

const KEYS = [
  'name',
  'match',
  'when',
  'effect',
  'message',
  'path',
  'approve',
  'quarantine',
  'drift',
];
const MATCH_KEYS = [
  'types',
  'environments',
  'instances',
  'actions',
  'engines',
  'owners',
] as const;

/** Reads the form of one item of `dataResources.policies`; `PolicyEngine` judges the sense. */
export function readPolicy(config: Config, path: string): PolicyDefinition {
  checkKeys(config, path, KEYS);
  const name = config.getString('name');
  if (!/^[A-Za-z0-9][\w./-]{0,99}$/.test(name)) {
    throw new InputError(
      `${path}.name is ${found(
        name,
      )}, and must be 1 to 100 letters, digits, "-", "_", "." and "/", the first a letter or digit`,
    );
  }
  return {
    name,
    match: readMatch(config.getOptionalConfig('match'), `${path}.match`),
    when: config.getOptionalString('when'),
    effect: readOneOf(
      config.getOptionalString('effect'),
      `${path}.effect`,
      POLICY_EFFECTS,
    ),
    message: config.getOptionalString('message'),
    path: config.getOptionalString('path'),
    approve: readApprove(config, path),
    quarantine: readOneOf(
      config.getOptionalString('quarantine'),
      `${path}.quarantine`,
      ['none'],
    ),
    drift: readOneOf(
      config.getOptionalString('drift'),
      `${path}.drift`,
      DRIFT_WAYS,
    ),
    configPath: path,
  };
}

function readMatch(
  config: Config | undefined,
  path: string,
): PolicyMatch | undefined {
  if (!config) {
    return undefined;
  }
  checkKeys(config, path, MATCH_KEYS);
  const match: PolicyMatch = {};
  for (const key of MATCH_KEYS) {
    const values = config.getOptionalStringArray(key);
    if (!values) {
      continue;
    }
    if (values.length === 0) {
      throw new InputError(
        `${path}.${key} is an empty list, which nothing matches; list a value or leave it out`,
      );
    }
    if (key === 'actions') {
      match.actions = values.map(
        (value, index) =>
          readOneOf(value, `${path}.actions[${index}]`, POLICY_ACTIONS)!,
      );
    } else {
      match[key] = values;
    }
  }
  match.owners?.forEach((owner, index) =>
    checkGroupRef(owner, `${path}.owners[${index}]`),
  );
  return match;
}

function readApprove(
  config: Config,
  path: string,
): PolicyDefinition['approve'] {
  const value = config.getOptional('approve');
  if (value === undefined || value === 'automatically') {
    return value;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) {
      throw new InputError(
        `${path}.approve is an empty list, so nobody would approve; list who must, or leave it out`,
      );
    }
    const required = value.map((item, index) => {
      const where = `${path}.approve[${index}]`;
      mustBeRequirement(item, where, '{ group, count }');
      return readRequirement(new ConfigReader(item), where);
    });
    required.forEach(({ group }, index) => {
      if (required.findIndex(other => other.group === group) < index) {
        throw new InputError(
          `${path}.approve[${index}].group is "${group}", which is listed before; name each group once, with its count`,
        );
      }
    });
    return required;
  }
  mustBeRequirement(
    value,
    `${path}.approve`,
    '"automatically", { group, count } or a list of those',
  );
  return [readRequirement(config.getConfig('approve'), `${path}.approve`)];
}

function mustBeRequirement(
  value: unknown,
  path: string,
  right: string,
): asserts value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${path} is ${found(value)}, and must be ${right}`);
  }
}

function readRequirement(config: Config, path: string): ApproverRequirement {
  checkKeys(config, path, ['group', 'count']);
  const count = config.getOptionalNumber('count') ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > 20) {
    throw new InputError(
      `${path}.count is ${found(
        count,
      )}, and must be a whole number from 1 to 20`,
    );
  }
  return { group: readGroupRef(config, 'group', path), count };
}

function readOneOf<T extends string>(
  value: string | undefined,
  path: string,
  allowed: readonly T[],
): T | undefined {
  const known = allowed.find(candidate => candidate === value);
  if (value !== undefined && known === undefined) {
    throw new InputError(
      `${path} is ${found(value)}${didYouMean(
        value,
        allowed,
      )}, and must be one of ${allowed.join(', ')}`,
    );
  }
  return known;
}

import { KubernetesValidatorFunctions } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { didYouMean } from '../checks';
import { checkKeys, found, readGroupRef } from './checks';
import type { InstanceConfig } from './DataResourcesConfig';

const KEYS = [
  'name',
  'engine',
  'environment',
  'title',
  'notice',
  'owner',
  'clusterId',
  'admin',
  'client',
  'limits',
  'deletion',
];

/** Reads one item of `dataResources.instances`; `admin`, `client`, `limits` and `deletion` are the engine's. */
export function readInstance(
  config: Config,
  path: string,
  environments: readonly string[],
): InstanceConfig {
  checkKeys(config, path, KEYS);
  const name = config.getString('name');
  if (
    name !== name.toLowerCase() ||
    !KubernetesValidatorFunctions.isValidObjectName(name)
  ) {
    throw new InputError(
      `${path}.name is ${found(
        name,
      )}, and must be at most 63 of the characters a-z, 0-9, "-", "_" and ".", beginning and ending with a letter or digit: it is the name of a catalog entity`,
    );
  }
  const engine = config.getString('engine');
  const environment = config.getString('environment');
  if (!environments.includes(environment)) {
    throw new InputError(
      `${path}.environment is ${found(environment)}${didYouMean(
        environment,
        environments,
      )}, and must be one of dataResources.environments: ${environments.join(
        ', ',
      )}`,
    );
  }
  return {
    name,
    engine,
    environment,
    title: config.getOptionalString('title') ?? name,
    notice: config.getOptionalString('notice'),
    owner: readGroupRef(config, 'owner', path),
    clusterId: config.getOptionalString('clusterId'),
    config,
    path,
  };
}

import { ConfigReader, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import { readDataResourcesConfig, type DataResourcesConfig } from '../config';
import { OWN, type PolicyTestFile } from './PolicyTestFile';

const PLATFORM = 'group:default/platform';

/** The policies of the configuration that the file names, or those that stand in it. */
export function readPolicies(
  file: PolicyTestFile,
  config: Config | undefined,
): DataResourcesConfig {
  if (config) {
    if (!config.has('dataResources')) {
      throw new InputError(
        `config is ${file.config}, which has no section dataResources`,
      );
    }
    return readDataResourcesConfig(config);
  }
  const own: JsonObject = Object.fromEntries(
    OWN.filter(key => file[key] !== undefined).map(key => [key, file[key]!]),
  );
  const section: JsonObject = {
    installationId: 'policy-test',
    platformGroup: PLATFORM,
    environments: environmentsOf(file),
    ...own,
  };
  try {
    return readDataResourcesConfig(
      new ConfigReader({ dataResources: section }),
    );
  } catch (error) {
    throw inFile(error);
  }
}

/** In a file without a configuration the fields stand at the top. */
export function inFile(error: unknown): unknown {
  return error instanceof Error
    ? new InputError(error.message.replace(/\bdataResources\./g, ''))
    : error;
}

function environmentsOf({ examples }: PolicyTestFile): string[] {
  const named = examples.flatMap(({ input: { instance } }) =>
    typeof instance === 'object' && instance.environment
      ? [instance.environment]
      : [],
  );
  return [...new Set(named.length > 0 ? named : ['dev', 'prod'])];
}

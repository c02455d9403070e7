import type { RootConfigService } from '@backstage/backend-plugin-api';
import { readDurationFromConfig, type Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds, type HumanDuration } from '@backstage/types';

const SECTION = 'catalog.providers.dataResources';

/** The settings under `catalog.providers.dataResources`. */
export interface ProviderConfig {
  pollInterval: HumanDuration;
  fullSyncIntervalMs: number;
  removalLimit: { percent: number; count: number };
  /** Where the portal's pages are, without a slash at the end. */
  appBaseUrl?: string;
}

/** Reads the settings; throws with the path of what is wrong. */
export function readProviderConfig(config: RootConfigService): ProviderConfig {
  const section = config.getOptionalConfig(SECTION);
  return {
    pollInterval: readDuration(section, 'pollInterval', { seconds: 1 }),
    fullSyncIntervalMs: durationToMilliseconds(
      readDuration(section, 'fullSyncInterval', { minutes: 10 }),
    ),
    removalLimit: {
      percent: readNumber(section, 'removalLimit.percent', 50, 100),
      count: readNumber(section, 'removalLimit.count', 10, Infinity),
    },
    appBaseUrl: config.getOptionalString('app.baseUrl')?.replace(/\/+$/, ''),
  };
}

function readDuration(
  section: Config | undefined,
  key: string,
  fallback: HumanDuration,
): HumanDuration {
  if (!section?.has(key)) {
    return fallback;
  }
  const duration = readDurationFromConfig(section, { key });
  if (!(durationToMilliseconds(duration) > 0)) {
    throw new InputError(`${SECTION}.${key} must be longer than nothing`);
  }
  return duration;
}

function readNumber(
  section: Config | undefined,
  key: string,
  fallback: number,
  max: number,
): number {
  const value = section?.getOptionalNumber(key) ?? fallback;
  if (!(value >= 0 && value <= max)) {
    throw new InputError(
      `${SECTION}.${key} is ${value}, expected a number from 0${
        max === Infinity ? '' : ` to ${max}`
      }`,
    );
  }
  return value;
}

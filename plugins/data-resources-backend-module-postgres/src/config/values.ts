import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** `Config` takes numeric strings for numbers, as environment variables are. */
export function readInteger(
  config: Config,
  key: string,
  range: { min: number; max: number },
): number | undefined {
  const value = config.getOptionalNumber(key);
  if (
    value !== undefined &&
    !(Number.isInteger(value) && value >= range.min && value <= range.max)
  ) {
    throw new InputError(
      `Invalid value in config at '${pathOf(
        config,
        key,
      )}': found ${value}, expected a whole number from ${range.min} to ${
        range.max
      }`,
    );
  }
  return value;
}

/** `Config` tells a full path only in its own errors, so one is provoked. */
export function pathOf(config: Config, key: string): string {
  const probe = `${key}AbsentOnPurpose`;
  try {
    config.getString(probe);
  } catch (error) {
    const path = /'([^']+)AbsentOnPurpose'/.exec(String(error))?.[1];
    return path ?? key;
  }
  return key;
}

import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  didYouMean,
  expectedEntityRef,
  isFullEntityRef,
  showValue,
} from '../checks';

/** A value of the configuration as error messages quote it. */
export const found = showValue;

/** Refuses keys that nobody reads: mostly they are a known one misspelt. */
export function checkKeys(
  config: Config,
  path: string,
  known: readonly string[],
): void {
  for (const key of config.keys()) {
    if (!known.includes(key)) {
      throw new InputError(
        `${path}.${key} is no known setting${didYouMean(
          key,
          known,
        )}; ${path} has ${known.join(', ')}`,
      );
    }
  }
}

/** A list of objects; none where the key is absent. */
export function readList(config: Config, key: string): Config[] {
  return config.getOptionalConfigArray(key) ?? [];
}

/** A full ref of a group. */
export function readGroupRef(
  config: Config,
  key: string,
  path: string,
): string {
  const ref = config.getString(key);
  checkGroupRef(ref, `${path}.${key}`);
  return ref;
}

/** Refuses what is not the full ref of a group. */
export function checkGroupRef(ref: string, path: string): void {
  if (!isFullEntityRef(ref, 'group')) {
    throw new InputError(
      `${path} is ${found(ref)}, and must be ${expectedEntityRef('group')}`,
    );
  }
}

/** Refuses two items of one name. */
export function checkUnique(
  items: readonly { name: string; path: string }[],
): void {
  const seen = new Map<string, string>();
  for (const { name, path } of items) {
    const first = seen.get(name);
    if (first !== undefined) {
      throw new InputError(
        `${path}.name is ${found(
          name,
        )}, the name of ${first} as well; each must have its own`,
      );
    }
    seen.set(name, path);
  }
}

import type { Config } from '@backstage/config';

/**
 * The full path of a key, e.g. `dataResources.instances[0].admin.port`. `Config` tells paths
 * in its errors alone, so this asks for types that the key does not have: an empty list is a
 * list of objects, and no number.
 */
export function configPath(config: Config, key: string): string {
  try {
    config.getConfigArray(key);
    config.getNumber(key);
  } catch (error) {
    return /'([^']+)'/.exec((error as Error).message)?.[1] ?? key;
  }
  return key;
}

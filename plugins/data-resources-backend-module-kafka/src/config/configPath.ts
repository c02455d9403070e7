import type { Config } from '@backstage/config';

/**
 * The full path of a key, e.g. `dataResources.instances[0].admin.securityProtocol`. `Config`
 * tells it in its errors only, so one is provoked: no value is an object and a number.
 */
export function configPath(config: Config, key: string): string {
  try {
    config.getConfig(key);
    config.getNumber(key);
  } catch (error) {
    return /'([^']+)'/.exec((error as Error).message)?.[1] ?? key;
  }
  return key;
}

import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Address } from '../connection/Addresses';
import { pathOf, readInteger } from './values';

/** How a pooler lends connections to the server, by PgBouncer's words. */
export const POOL_MODES = ['session', 'transaction', 'statement'] as const;

/** A pooler in front of the clients. */
export interface Pooler extends Address {
  mode: (typeof POOL_MODES)[number];
}

const PORTS = { min: 1, max: 65_535 };

/**
 * Reads `host` and `port`, each a single value, a list, or several joined by commas as libpq has
 * them. One port is good for all hosts.
 *
 * @param fallback - where there is no `host`; with a `port` of their own where that is given
 */
export function readHosts(
  config: Config,
  fallback?: readonly Address[],
): Address[] {
  const hosts = fallback
    ? readList(config, 'host') ?? fallback.map(({ host }) => host)
    : readRequiredList(config, 'host');
  const ports = readPorts(config) ?? portsLike(hosts, fallback);
  if (ports.length !== 1 && ports.length !== hosts.length) {
    throw new InputError(
      `Invalid value in config at '${pathOf(config, 'port')}': found ${
        ports.length
      } ports for ${hosts.length} hosts, expected one for each, or one for all`,
    );
  }
  return hosts.map((host, at) => ({ host, port: ports[at] ?? ports[0] }));
}

/** Those of the fallback as far as it has as many hosts. */
function portsLike(
  hosts: readonly string[],
  fallback: readonly Address[] = [{ host: '', port: 5432 }],
): number[] {
  const ports = fallback.map(({ port }) => port);
  return ports.length === hosts.length ? ports : [ports[0]];
}

/** Reads `pooler`, of which only the host must be given. */
export function readPooler(config: Config): Pooler | undefined {
  const pooler = config.getOptionalConfig('pooler');
  if (!pooler) {
    return undefined;
  }
  const found = pooler.getOptionalString('mode') ?? 'transaction';
  const mode = POOL_MODES.find(known => known === found);
  if (!mode) {
    throw new InputError(
      `Invalid value in config at '${pathOf(
        pooler,
        'mode',
      )}': found '${found}', expected one of ${POOL_MODES.join(', ')}`,
    );
  }
  return {
    host: pooler.getString('host'),
    port: readInteger(pooler, 'port', PORTS) ?? 6432,
    mode,
  };
}

function readPorts(config: Config): number[] | undefined {
  return readList(config, 'port')?.map(text => {
    const port = Number(text);
    if (!Number.isInteger(port) || port < PORTS.min || port > PORTS.max) {
      throw new InputError(
        `Invalid value in config at '${pathOf(
          config,
          'port',
        )}': found ${text}, expected a whole number from ${PORTS.min} to ${
          PORTS.max
        }`,
      );
    }
    return port;
  });
}

function readRequiredList(config: Config, key: string): string[] {
  // Says itself what is missing, and where.
  return readList(config, key) ?? [config.getString(key)];
}

function readList(config: Config, key: string): string[] | undefined {
  const value = config.getOptional(key);
  if (value === undefined) {
    return undefined;
  }
  const parts = (Array.isArray(value) ? value : String(value).split(',')).map(
    part => String(part).trim(),
  );
  if (parts.length === 0 || parts.includes('')) {
    throw new InputError(
      `Invalid value in config at '${pathOf(
        config,
        key,
      )}': found an empty one, expected one or several joined by commas`,
    );
  }
  return parts;
}

import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Address } from '../connection/Addresses';
import { readHosts, readPooler, type Pooler } from './readHosts';
import { pathOf, readInteger } from './values';

/** As libpq has them. `require` encrypts without proving who answers. */
export const SSL_MODES = [
  'disable',
  'require',
  'verify-ca',
  'verify-full',
] as const;

/** How a connection is encrypted. */
export type SslMode = (typeof SSL_MODES)[number];

/** The checked configuration of one PostgreSQL instance. */
export interface InstanceConfig {
  admin: {
    /** In the order in which they are tried; at least one. */
    hosts: Address[];
    user: string;
    password: string;
    database: string;
    sslmode: SslMode;
    ca?: string;
    /** The longest that one call may take, in milliseconds. */
    callTimeoutMs: number;
    /** How many objects are worked on at once. */
    concurrency: number;
    /** YugabyteDB: whether the tables of a database share one tablet. */
    colocation: boolean;
  };
  client: {
    /** At least one. */
    hosts: Address[];
    /** In front of the hosts, for clients that open many connections. */
    pooler?: Pooler;
    sslmode: SslMode;
    ca?: string;
  };
  limits: { extensions: string[]; connectionLimit?: number };
}

const MAX_CALL_TIMEOUT_MS = 10_000;

/**
 * Reads `admin`, `client` and `limits` of an instance.
 *
 * @throws an error that names the full path of what is wrong
 */
export function readInstanceConfig(config: Config): InstanceConfig {
  const admin = config.getConfig('admin');
  const client = config.getConfig('client');
  const limits = config.getOptionalConfig('limits');
  const hosts = readHosts(admin);
  return {
    admin: {
      hosts,
      user: admin.getString('user'),
      password: admin.getString('password'),
      database: admin.getOptionalString('database') ?? 'postgres',
      sslmode: readSslMode(admin),
      ca: readCa(admin),
      callTimeoutMs:
        readInteger(admin, 'callTimeoutMs', {
          min: 500,
          max: MAX_CALL_TIMEOUT_MS,
        }) ?? MAX_CALL_TIMEOUT_MS,
      concurrency: readInteger(admin, 'concurrency', { min: 1, max: 64 }) ?? 8,
      colocation: admin.getOptionalBoolean('colocation') ?? false,
    },
    client: {
      hosts: readHosts(client, hosts),
      pooler: readPooler(client),
      sslmode: readSslMode(client),
      ca: readCa(client),
    },
    limits: {
      extensions: limits?.getOptionalStringArray('extensions') ?? [],
      connectionLimit:
        limits &&
        readInteger(limits, 'connectionLimit', { min: 1, max: 262_143 }),
    },
  };
}

function readSslMode(config: Config): SslMode {
  const value = config.getOptionalString('sslmode') ?? 'verify-full';
  const mode = SSL_MODES.find(known => known === value);
  if (!mode) {
    throw new InputError(
      `Invalid value in config at '${pathOf(
        config,
        'sslmode',
      )}': found '${value}', expected one of ${SSL_MODES.join(', ')}`,
    );
  }
  return mode;
}

function readCa(config: Config): string | undefined {
  const file = config.getOptionalString('caFile');
  if (file === undefined) {
    return config.getOptionalString('ca');
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(
      `Invalid value in config at '${pathOf(
        config,
        'caFile',
      )}': the file cannot be read (${(error as Error).message})`,
    );
  }
}

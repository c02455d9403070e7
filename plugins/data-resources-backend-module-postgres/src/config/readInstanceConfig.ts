import { readFileSync } from 'node:fs';
import { type Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import type { Address } from '../connection/Addresses';
import { type DumpConfig, readDeletion } from './readDeletion';
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
  limits: {
    extensions: string[];
    connectionLimit?: number;
    /** Databases that may be copied, besides template0. */
    templates: string[];
    logins: LoginLimits;
  };
  deletion: {
    /** Absent where databases are dropped without one. */
    dump?: DumpConfig;
  };
}

/** What every login that is made here is held to. */
export interface LoginLimits {
  /** `CONNECTION LIMIT`; -1 for none. What a role has stays where it is absent. */
  connections?: number;
  /** How long a password is good after it was issued; for ever where it is absent. */
  validitySeconds?: number;
}

const MAX_CALL_TIMEOUT_MS = 10_000;
const MIN_VALIDITY_SECONDS = 3_600;
const MAX_VALIDITY_SECONDS = 10 * 365 * 86_400;

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
      templates: limits?.getOptionalStringArray('templates') ?? [],
      logins: limits ? readLoginLimits(limits) : {},
    },
    deletion: readDeletion(config),
  };
}

function readLoginLimits(limits: Config): LoginLimits {
  const connections = readInteger(limits, 'loginConnections', {
    min: -1,
    max: 262_143,
  });
  if (connections === 0) {
    throw new InputError(
      `Invalid value in config at '${pathOf(
        limits,
        'loginConnections',
      )}': found 0, with which nobody could connect; expected at least 1, or -1 for no limit`,
    );
  }
  const validitySeconds = readValidity(limits);
  return {
    ...(connections === undefined ? {} : { connections }),
    ...(validitySeconds === undefined ? {} : { validitySeconds }),
  };
}

function readValidity(limits: Config): number | undefined {
  const key = 'loginValidity';
  if (!limits.has(key)) {
    return undefined;
  }
  const seconds = Math.floor(
    durationToMilliseconds(readDurationFromConfig(limits, { key })) / 1_000,
  );
  if (seconds < MIN_VALIDITY_SECONDS || seconds > MAX_VALIDITY_SECONDS) {
    throw new InputError(
      `Invalid value in config at '${pathOf(
        limits,
        key,
      )}': found ${seconds} seconds, expected one hour to ten years`,
    );
  }
  return seconds;
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

import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

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
    host: string;
    port: number;
    user: string;
    password: string;
    database: string;
    sslmode: SslMode;
    ca?: string;
    /** The longest that one call may take, in milliseconds. */
    callTimeoutMs: number;
    /** How many objects are worked on at once. */
    concurrency: number;
  };
  client: { host: string; port: number; sslmode: SslMode; ca?: string };
  limits: { extensions: string[]; connectionLimit?: number };
}

const MAX_CALL_TIMEOUT_MS = 10_000;
const PORTS = { min: 1, max: 65_535 };

/**
 * Reads `admin`, `client` and `limits` of an instance.
 *
 * @throws an error that names the full path of what is wrong
 */
export function readInstanceConfig(config: Config): InstanceConfig {
  const admin = config.getConfig('admin');
  const client = config.getConfig('client');
  const limits = config.getOptionalConfig('limits');
  const host = admin.getString('host');
  const port = readInteger(admin, 'port', PORTS) ?? 5432;
  return {
    admin: {
      host,
      port,
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
    },
    client: {
      host: client.getOptionalString('host') ?? host,
      port: readInteger(client, 'port', PORTS) ?? port,
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

/** `Config` takes numeric strings for numbers, as environment variables are. */
function readInteger(
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

/** `Config` tells a full path only in its own errors, so one is provoked. */
function pathOf(config: Config, key: string): string {
  const probe = `${key}AbsentOnPurpose`;
  try {
    config.getString(probe);
  } catch (error) {
    const path = /'([^']+)AbsentOnPurpose'/.exec(String(error))?.[1];
    return path ?? key;
  }
  return key;
}

import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { configPath } from './configPath';
import { readCertificate } from './readCertificate';

/** Where nodes are, and whether by TLS. */
interface Addresses {
  contactPoints: string[];
  port: number;
  tls: boolean;
  ca?: string;
}

/** How the portal logs in. */
export interface AdminConfig extends Addresses {
  username: string;
  password: string;
  callTimeoutMs: number;
}

/** What users are told. */
export interface ClientConfig extends Addresses {
  localDataCenter: string;
  /** The data centres through which logins may come in; all of them where it is absent. */
  dataCenters?: string[];
}

/** The part of an instance's configuration that Cassandra reads. */
export interface CassandraConfig {
  admin: AdminConfig;
  client: ClientConfig;
  limits: { replicas?: number };
}

const DEFAULT_PORT = 9042;
const DEFAULT_CALL_TIMEOUT_MS = 10_000;
/** A keyspace on three nodes takes more than a second. */
const SHORTEST_CALL_TIMEOUT_MS = 1_000;
const LONGEST_CALL_TIMEOUT_MS = 60_000;

/**
 * Reads `admin`, `client` and `limits` of `dataResources.instances[i]`.
 *
 * @throws InputError with the path of what is wrong
 */
export function readCassandraConfig(config: Config): CassandraConfig {
  const admin = config.getConfig('admin');
  const client = config.getConfig('client');
  const limits = config.getOptionalConfig('limits');
  const replicas = limits && readInteger(limits, 'replicas', { from: 1 });
  return {
    admin: {
      ...readAddresses(admin),
      username: admin.getString('username'),
      password: admin.getString('password'),
      callTimeoutMs:
        readInteger(admin, 'callTimeoutMs', {
          from: SHORTEST_CALL_TIMEOUT_MS,
          to: LONGEST_CALL_TIMEOUT_MS,
        }) ?? DEFAULT_CALL_TIMEOUT_MS,
    },
    client: {
      ...readAddresses(client),
      ...readDataCenters(client),
    },
    limits: replicas === undefined ? {} : { replicas },
  };
}

function readAddresses(config: Config): Addresses {
  const tls = config.getOptionalBoolean('tls') ?? false;
  const ca = readCertificate(config);
  if (ca !== undefined && !tls) {
    throw new InputError(
      `${configPath(
        config,
        'tls',
      )} is false, which uses no certificates; set it to true or remove ca and caFile`,
    );
  }
  return {
    contactPoints: readContactPoints(config),
    port: readInteger(config, 'port', { from: 1, to: 65_535 }) ?? DEFAULT_PORT,
    tls,
    ca,
  };
}

function readDataCenters(
  config: Config,
): Pick<ClientConfig, 'localDataCenter' | 'dataCenters'> {
  const key = 'dataCenters';
  const localDataCenter = config.getString('localDataCenter');
  if (!config.has(key)) {
    return { localDataCenter };
  }
  const dataCenters = readList(config, key);
  // Of a list, the path is that of its first item.
  const path = configPath(config, key).replace(/\[0\]$/, '');
  if (dataCenters.some(name => name === '' || /\p{Cc}/u.test(name))) {
    throw new InputError(
      `${path} holds an empty name; give names of data centres, or leave it out to let logins come in through all`,
    );
  }
  if (!dataCenters.includes(localDataCenter)) {
    throw new InputError(
      `${path} lacks '${localDataCenter}', which clients are told to use (localDataCenter); add it, or tell them another`,
    );
  }
  return { localDataCenter, dataCenters: [...new Set(dataCenters)].sort() };
}

/** A list, or one text with commas, as an environment variable holds it. */
function readList(config: Config, key: string): string[] {
  const value = config.get(key);
  return (
    typeof value === 'string' ? value.split(',') : config.getStringArray(key)
  ).map(item => item.trim());
}

function readContactPoints(config: Config): string[] {
  const key = 'contactPoints';
  const path = configPath(config, key);
  const hosts = readList(config, key);
  if (hosts.length === 0) {
    throw new InputError(`${path} is empty; give at least one host`);
  }
  for (const host of hosts) {
    if (host === '' || /[\s/]/.test(host) || /^[^:]+:\d+$/.test(host)) {
      throw new InputError(
        `${path} holds '${host}'; give a host name or an IP address, and the port in 'port'`,
      );
    }
  }
  return hosts;
}

function readInteger(
  config: Config,
  key: string,
  { from, to = Number.MAX_SAFE_INTEGER }: { from: number; to?: number },
): number | undefined {
  const value = config.getOptionalNumber(key);
  if (
    value !== undefined &&
    (!Number.isInteger(value) || value < from || value > to)
  ) {
    throw new InputError(
      `${configPath(config, key)} is ${value}; give a whole number ${
        to === Number.MAX_SAFE_INTEGER
          ? `of at least ${from}`
          : `from ${from} to ${to}`
      }`,
    );
  }
  return value;
}

import type { Socket } from 'node:net';
import type { ClientConfig } from 'pg';
import type { InstanceConfig } from '../config/readInstanceConfig';
import type { Address } from './Addresses';

/** What a connection of the provisioner is opened with. */
export function clientConfig(options: {
  config: InstanceConfig['admin'];
  address: Address;
  database: string;
  socket: () => Socket;
}): ClientConfig {
  const { config, address, database, socket } = options;
  const { user, password, callTimeoutMs, hosts } = config;
  return {
    host: address.host,
    port: address.port,
    user,
    password,
    database,
    ssl: sslOf(config),
    keepAlive: true,
    application_name: 'data-resources',
    // Connecting, to the last host that is tried, and one query are within one call.
    connectionTimeoutMillis: Math.floor(callTimeoutMs / (hosts.length + 1)),
    statement_timeout: callTimeoutMs,
    // Whoever waits for a lock has others wait behind: the server ends that first, and says so.
    lock_timeout: Math.floor(callTimeoutMs / 2),
    // A tenant's own functions and operators must never be found first.
    options: '-c search_path=pg_catalog',
    stream: socket,
  };
}

function sslOf({ sslmode, ca }: InstanceConfig['admin']): ClientConfig['ssl'] {
  switch (sslmode) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-ca':
      return { ca, checkServerIdentity: () => undefined };
    default:
      return { ca };
  }
}

import {
  CA_FILE,
  type ExportInput,
} from '@data-resources/plugin-data-resources-node';
import type { Pooler } from '../config/readHosts';
import type { SslMode } from '../config/readInstanceConfig';
import { type Address, addressText } from '../connection/Addresses';

/** How a client connects; see `PostgresDatabaseProvider.connection`. */
export interface PostgresConnection {
  host: string;
  port: number;
  /** `host:port` of all hosts, where there are several: one of them takes changes. */
  hosts?: string[];
  /** `host:port` of the pooler in front of them. */
  pooler?: string;
  poolMode?: Pooler['mode'];
  database: string;
  sslmode: SslMode;
  ca?: string;
}

/** The connection of an export, as this module made it. */
export function connectionOf({ connection }: ExportInput): PostgresConnection {
  return connection as unknown as PostgresConnection;
}

/**
 * By what libpq knows the server; where no authority is configured it is one that the machine
 * trusts, which libpq asks for by this word since version 16.
 */
export function rootCertificate({
  sslmode,
  ca,
}: PostgresConnection): string | undefined {
  if (sslmode === 'disable' || sslmode === 'require') {
    return undefined;
  }
  if (ca) {
    return CA_FILE;
  }
  return sslmode === 'verify-full' ? 'system' : undefined;
}

/** The hosts that a client may be told; more than one where the primary is to be looked for. */
export function addressesOf({
  host,
  port,
  hosts,
}: PostgresConnection): Address[] {
  return hosts?.map(parseAddress) ?? [{ host, port }];
}

/** `host:port` of all of them, as it stands in URLs. */
export function authorityOf(connection: PostgresConnection): string {
  return addressesOf(connection).map(addressText).join(',');
}

/** The connection through the pooler, if there is one. */
export function pooled(
  connection: PostgresConnection,
): PostgresConnection | undefined {
  const { pooler, hosts: _, ...rest } = connection;
  return pooler === undefined
    ? undefined
    : { ...rest, ...parseAddress(pooler) };
}

const POOL_MODES: { [mode in Pooler['mode']]: string } = {
  session:
    'each client keeps a connection to the server, on which all works as without a pooler',
  transaction:
    'SET, LISTEN, advisory locks and temporary tables end with the transaction or go to somebody else, and prepared statements work as far as the pooler knows them (PgBouncer 1.21 or later, max_prepared_statements)',
  statement:
    'as transaction pooling, and a transaction of several statements is refused',
};

/** What whoever connects through the pooler has to know. */
export function poolerNote({ poolMode = 'transaction' }: PostgresConnection) {
  return `Through the pooler, which pools by ${poolMode}: ${POOL_MODES[poolMode]}.`;
}

/** Whether the server's connections change hands while a client is connected. */
export function sharesSessions({ poolMode }: PostgresConnection): boolean {
  return poolMode !== 'session';
}

function parseAddress(text: string): Address {
  const at = text.lastIndexOf(':');
  return {
    host: text.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(text.slice(at + 1)),
  };
}

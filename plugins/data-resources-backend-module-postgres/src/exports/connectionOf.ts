import {
  CA_FILE,
  type ExportInput,
} from '@data-resources/plugin-data-resources-node';
import type { SslMode } from '../config/readInstanceConfig';

/** How a client connects; see `PostgresDatabaseProvider.connection`. */
export interface PostgresConnection {
  host: string;
  port: number;
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

/** `host:port` as it stands in URLs. */
export function addressOf({ host, port }: PostgresConnection): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

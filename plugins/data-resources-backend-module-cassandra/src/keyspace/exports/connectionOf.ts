import type { ExportInput } from '@data-resources/plugin-data-resources-node';

/** How a client connects; see `KeyspaceProvider.connection`. */
export interface CassandraConnection {
  contactPoints: string[];
  port: number;
  localDataCenter: string;
  /** The data centres that logins are limited to, where they are. */
  loginDataCenters?: string[];
  keyspace: string;
  tls: boolean;
  ca?: string;
}

/** The connection of an export, as this module made it. */
export function connectionOf({ connection }: ExportInput): CassandraConnection {
  return connection as unknown as CassandraConnection;
}

import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import { Client } from 'pg';

interface PostgresConnection {
  host: string;
  port: number;
  database: string;
}

/** A session with issued credentials; on another database than theirs if asked. */
export async function withPostgres<T>(
  { username, password, connection }: IssuedCredentials,
  use: (client: Client) => Promise<T>,
  database = (connection as unknown as PostgresConnection).database,
): Promise<T> {
  const { host, port } = connection as unknown as PostgresConnection;
  const client = new Client({ host, port, database, user: username, password });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

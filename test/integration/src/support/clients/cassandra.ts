import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import { auth, Client } from 'cassandra-driver';

interface CassandraConnection {
  contactPoints: string[];
  port: number;
  localDataCenter: string;
  keyspace: string;
}

/** A session with issued credentials. */
export async function withCassandra<T>(
  { username, password, connection }: IssuedCredentials,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const { contactPoints, port, localDataCenter } =
    connection as unknown as CassandraConnection;
  const client = new Client({
    contactPoints,
    localDataCenter,
    protocolOptions: { port },
    authProvider: new auth.PlainTextAuthProvider(username, password),
  });
  try {
    await client.connect();
    return await use(client);
  } catch (error) {
    throw inServersWords(error);
  } finally {
    await client.shutdown();
  }
}

/** A failed login is hidden in an error per host. */
function inServersWords(error: unknown): unknown {
  const hosts = (error as { innerErrors?: Record<string, Error> }).innerErrors;
  return Object.values(hosts ?? {})[0] ?? error;
}

import { runInNewContext } from 'node:vm';
import * as driver from 'cassandra-driver';

/** Runs what the portal shows for Node.js as if it had been pasted into a program. */
export async function withPastedCassandra<T>(
  configuration: string,
  env: Record<string, string>,
  use: (client: driver.Client) => Promise<T>,
): Promise<T> {
  const client: driver.Client = runInNewContext(`${configuration}\nclient;`, {
    process: { env },
    require: (name: string) => {
      if (name !== 'cassandra-driver') {
        throw new Error(`The configuration wants ${name}`);
      }
      return driver;
    },
  });
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.shutdown();
  }
}

import { Client } from 'pg';

/** A session with the URL that the portal shows; on another database if asked. */
export async function withPostgresUrl<T>(
  url: string,
  use: (client: Client) => Promise<T>,
  database?: string,
): Promise<T> {
  const address = new URL(url.trim());
  if (database) {
    address.pathname = `/${database}`;
  }
  const client = new Client({ connectionString: address.href });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

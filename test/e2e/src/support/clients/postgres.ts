import { Client } from 'pg';

/** A session with the URL and the variables that the portal shows; on another database if asked. */
export async function withPostgresUrl<T>(
  url: string,
  env: Record<string, string>,
  use: (client: Client) => Promise<T>,
  database?: string,
): Promise<T> {
  const address = new URL(url.trim());
  if (database) {
    address.pathname = `/${database}`;
  }
  address.username = env.PGUSER;
  address.password = env.PGPASSWORD;
  const client = new Client({ connectionString: address.href });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

import type { JsonObject } from '@backstage/types';

/** What a test says of an instance besides what all of them have. */
export interface InstanceOverrides {
  admin?: JsonObject;
  client?: JsonObject;
  limits?: JsonObject;
  deletion?: JsonObject;
}

/** An instance as its configuration has it. */
export function instanceConfig(
  login: { host: string; port: number; user: string; password: string },
  overrides: InstanceOverrides,
): JsonObject {
  return {
    admin: {
      ...login,
      sslmode: 'disable',
      callTimeoutMs: 5_000,
      ...overrides.admin,
    },
    client: {
      host: 'db.example.com',
      port: 6432,
      sslmode: 'verify-full',
      ...overrides.client,
    },
    limits: {
      extensions: [
        'pgcrypto',
        'citext',
        'cube',
        'earthdistance',
        'dblink',
        'pg_nosuch',
      ],
      connectionLimit: 100,
      ...overrides.limits,
    },
    ...(overrides.deletion ? { deletion: overrides.deletion } : {}),
  };
}

import {
  resolvePackagePath,
  type DatabaseService,
} from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

const PACKAGE = '@data-resources/plugin-data-resources-backend';

/**
 * The plugin's own database, migrated. Leases, skip-locked claims and partial unique indexes
 * are what the reconciler stands on, so nothing but PostgreSQL will do.
 */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const knex = await database.getClient();
  const { client } = knex.client.config;
  if (client !== 'pg') {
    throw new Error(
      `backend.database.client is "${client}"; Data Resources keeps its state in PostgreSQL only: set it to "pg"`,
    );
  }
  if (!database.migrations?.skip) {
    await knex.migrate.latest({
      directory: resolvePackagePath(PACKAGE, 'migrations'),
    });
  }
  return knex;
}

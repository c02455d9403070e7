import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import { databaseExports } from '../exports';
import { checkDatabaseName } from './names';
import { allowedParameters } from './parameters';
import { DATABASE_ROLES, schemaRoleDefinitions } from './roles';
import { MOST_CONNECTIONS, specSchema, type DatabaseSpec } from './specSchema';

/** The name of the type. */
export const POSTGRES_DATABASE = 'postgres-database';

/** The roles of a database; each is a group role that logins become members of. */
export type DatabaseRole = 'reader' | 'writer' | 'owner';

/** A PostgreSQL database, as it can be requested. */
export const postgresDatabase: ResourceType<DatabaseSpec> = {
  type: POSTGRES_DATABASE,
  engine: 'postgres',
  title: 'PostgreSQL database',
  description:
    'A database of its own, with group roles for readers, writers and owners, closed to everybody else.',
  roles: DATABASE_ROLES,
  rolesOf: schemaRoleDefinitions,
  specSchema,
  mapKeys: { parameters: { others: allowedParameters } },
  checkName: checkDatabaseName,
  normaliseName: name => name,
  counters: ['databases', 'connections'],
  usage: ({ connectionLimit }) => ({
    databases: 1,
    connections: connectionLimit === -1 ? MOST_CONNECTIONS : connectionLimit,
  }),
  exports: databaseExports,
  // What libpq and the drivers beside it read by themselves.
  loginVariables: { username: 'PGUSER', password: 'PGPASSWORD' },
};

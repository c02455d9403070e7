import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import { databaseExports } from '../exports';
import { checkDatabaseName } from './names';
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
  roles: [
    {
      name: 'reader',
      title: 'Reader',
      description:
        'CONNECT, USAGE on schemas, SELECT on tables and sequences, present and future',
    },
    {
      name: 'writer',
      title: 'Writer',
      description:
        'What a reader may, and INSERT, UPDATE, DELETE on tables, USAGE and UPDATE on sequences, TEMPORARY',
    },
    {
      name: 'owner',
      title: 'Owner',
      description:
        'CREATE on the database and its schemas; what an owner makes belongs to the group of owners. Cannot drop or rename the database',
    },
  ],
  specSchema,
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

import type {
  Engine,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import { PostgresInstance } from './PostgresInstance';
import { postgresDatabase } from './type/postgresDatabase';

/**
 * PostgreSQL databases, for Data Resources.
 *
 * @public
 */
export const postgresEngine: Engine = {
  name: 'postgres',
  types: [postgresDatabase as unknown as ResourceType],
  createInstance: options => PostgresInstance.create(options),
};

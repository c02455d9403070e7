/**
 * PostgreSQL databases for Data Resources.
 *
 * @packageDocumentation
 */
export { dataResourcesModulePostgres as default } from './module';
export { postgresEngine } from './postgresEngine';

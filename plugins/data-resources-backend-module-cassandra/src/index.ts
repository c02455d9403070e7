/**
 * Cassandra keyspaces for Data Resources.
 *
 * @packageDocumentation
 */
export { dataResourcesModuleCassandra as default } from './module';

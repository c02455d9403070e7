/**
 * Data resources and their instances as catalog entities.
 *
 * @packageDocumentation
 */
export {
  RELATION_CONSUMED_BY,
  RELATION_CONSUMES_FROM,
  RELATION_PRODUCED_BY,
  RELATION_PRODUCES_TO,
} from './processor/DataAccessProcessor';
export { catalogModuleDataResources as default } from './module';

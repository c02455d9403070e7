/**
 * Scaffolder action that asks for a data resource.
 *
 * @packageDocumentation
 */
export { createRequestAction } from './request/createRequestAction';
export { scaffolderModuleDataResources as default } from './module';

/**
 * The pages of Data Resources, for the new frontend system.
 *
 * @packageDocumentation
 */
export { default } from './plugin';
export { dataResourcesApiRef } from './api/dataResourcesApi';

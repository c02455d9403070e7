/**
 * The backend of Data Resources.
 *
 * @packageDocumentation
 */
export { dataResourcesPlugin as default } from './plugin';

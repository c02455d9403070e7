/**
 * Development sign-in as one of the sample organisation's people.
 *
 * @packageDocumentation
 */
export { authModulePersonaProvider as default } from './module';

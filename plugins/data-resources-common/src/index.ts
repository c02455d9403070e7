/**
 * Wire types, permissions and the typed client of Data Resources.
 *
 * @packageDocumentation
 */
export * from './catalog/annotations';
export * from './catalog/entityRef';
export * from './client/DataResourcesApi';
export * from './client/DataResourcesClient';
export * from './drift/acceptDrift';
export * from './drift/accessChanges';
export * from './permissions';
export * from './schema/openapi/generated/models';
export * from './signals/changeSignal';

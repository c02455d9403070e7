/**
 * What an engine of Data Resources implements.
 *
 * @packageDocumentation
 */
export * from './engine/CallContext';
export * from './engine/Discovery';
export * from './engine/Engine';
export * from './engine/EngineInstance';
export * from './engine/LiveUse';
export * from './engine/LoginProvider';
export * from './engine/ResourceProvider';
export * from './engine/ResourceType';
export * from './engine/SharedReads';
export * from './errors/ProviderError';
export * from './exports';
export * from './extensions/dataResourcesEnginesExtensionPoint';
export * from './extensions/dataResourcesExportsExtensionPoint';
export * from './logins/generatePassword';
export * from './logins/loginSlots';
export * from './paths/fieldPath';
export * from './steps/StepJournal';
export * from './steps/StepRunner';

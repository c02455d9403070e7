export { PolicyEngine } from './PolicyEngine';
export type { PolicyEngineOptions } from './PolicyEngine';
export * from './types';

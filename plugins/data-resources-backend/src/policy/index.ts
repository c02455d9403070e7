export { PolicyEngine } from './PolicyEngine';
export type { PolicyEngineOptions } from './PolicyEngine';
export * from './types';
export { changedSpecPaths, weaken } from './weaken';
export { createPolicyEngine, policiesInForce } from './createPolicyEngine';

import type { PolicyDefinition, PolicyEffect } from '../types';

/** A policy that ships: it finds things and never decides who approves. */
export type DefaultPolicy = Required<
  Pick<PolicyDefinition, 'name' | 'match' | 'when' | 'message' | 'path'>
> & { effect: PolicyEffect };

/** `dataResources.defaultPolicies`: which of the policies that ship apply, and how. */
export interface DefaultPolicySettings {
  enabled: boolean;
  /** Names of those that do not apply. */
  disabled: readonly string[];
  /** Other effects than the shipped ones, by name. */
  effects: { readonly [name: string]: PolicyEffect };
}

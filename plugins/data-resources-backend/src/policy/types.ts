import type { JsonObject } from '@backstage/types';
import type {
  Change,
  Finding,
} from '@data-resources/plugin-data-resources-node';

/** Every action that a policy can match. */
export const POLICY_ACTIONS = [
  'create',
  'update',
  'delete',
  'restore',
  'grant',
  'revoke',
  'adopt',
] as const;

/** An action as it stands in requests. */
export type PolicyAction = (typeof POLICY_ACTIONS)[number];

/** What a policy says about a request that it applies to. */
export type PolicyEffect = 'deny' | 'warn' | 'info';

/** Which requests a policy looks at: every list that is given must hold the request's value. */
export interface PolicyMatch {
  types?: string[];
  environments?: string[];
  instances?: string[];
  actions?: PolicyAction[];
  engines?: string[];
  /** Full group refs. */
  owners?: string[];
}

/** People who must say yes. */
export interface ApproverRequirement {
  /** Full group ref. */
  group: string;
  /** How many members of the group. */
  count: number;
}

/** One item of `dataResources.policies`. */
export interface PolicyDefinition {
  name: string;
  match?: PolicyMatch;
  /** CEL. The policy applies where it is true; without it, to everything that matches. */
  when?: string;
  effect?: PolicyEffect;
  /** Stands in the finding: what is wrong and what would pass. */
  message?: string;
  /** Stands in the finding: the input field that it is about, e.g. `spec.partitions`. */
  path?: string;
  approve?: 'automatically' | { group: string; count?: number };
  /** Where it was read, e.g. `dataResources.policies[0]`. */
  configPath: string;
}

/** What a policy judges. */
export interface PolicyInput {
  request: {
    action: PolicyAction;
    reason?: string;
    /** Entity ref of the user, or `system:<name>`. */
    requestedBy: string;
  };
  type: string;
  name: string;
  /** Full ref of the group that owns, or will own, the resource. */
  owner: string;
  instance: { name: string; engine: string; environment: string };
  /** As asked for, with defaults; the current one for `grant`, `revoke` and `delete`. */
  spec: JsonObject;
  /** The spec last agreed; absent for `create`. */
  previousSpec?: JsonObject;
  plan: {
    risk: 'low' | 'medium' | 'high';
    changes: readonly Change[];
    /** Whether any change destroys something; such a plan is never approved automatically. */
    destructive: boolean;
  };
}

/** Who approves. `policy` is the one that said so; none did where it is absent. */
export type ApprovalVerdict =
  | { mode: 'auto'; policy: string }
  | { mode: 'manual'; policy?: string; required: ApproverRequirement[] };

/** What all policies together say. */
export interface PolicyVerdict {
  /** In the order of the policies. */
  findings: Finding[];
  approval: ApprovalVerdict;
}

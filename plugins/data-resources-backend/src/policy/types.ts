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

/** Every effect that a policy can have. */
export const POLICY_EFFECTS = ['deny', 'warn', 'info'] as const;

/** What a policy says about a request that it applies to. */
export type PolicyEffect = (typeof POLICY_EFFECTS)[number];

/** What a policy can have done about drift: the declared state again, or reality as declared. */
export const DRIFT_WAYS = ['put-back', 'keep'] as const;

/** See {@link DRIFT_WAYS}. */
export type DriftWay = (typeof DRIFT_WAYS)[number];

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
  /** Whoever must say yes; each person counts for one group alone. */
  approve?: 'automatically' | readonly ApproverRequirement[];
  /** Lets a deletion remove the object at once, without a way back. */
  quarantine?: 'none';
  /** Lets the drift pass ask for the correction itself, and approves that. */
  drift?: DriftWay;
  /** Where it was read, e.g. `dataResources.policies[0]`. */
  configPath: string;
}

/** One item of `dataResources.budgets`. */
export interface BudgetDefinition {
  /** Findings are recorded as `budget/<name>`. */
  name: string;
  /** Every list that is given must hold the request's value; `types` are also what is counted. */
  match: Pick<PolicyMatch, 'owners' | 'environments' | 'types'>;
  /** The most of each counter that a group may hold in one environment. */
  limits: { [counter: string]: number };
  /** Where it was read, e.g. `dataResources.budgets[0]`. */
  configPath: string;
}

/** What resources of one type on one instance use up together. */
export interface HeldUsage {
  type: string;
  instance: string;
  /** How many there are. */
  resources: number;
  /** Sums of what the type counts, e.g. `partitions`. */
  counts: { [counter: string]: number };
}

/** What the owner group holds in the request's environment, and what the request adds. */
export interface PolicyUsage {
  /** Before the request; also what is approved and not there yet. */
  held: readonly HeldUsage[];
  /** By how much the request raises each counter; negative where it gives something back. */
  adds: { [counter: string]: number };
}

/** Who asks. */
export interface PolicyRequester {
  /** Entity ref of the user, or `system:<name>`. */
  ref: string;
  /** Full refs of the groups that they are a direct member of. */
  groups: readonly string[];
  /** Whether the platform group is among them. */
  isPlatform: boolean;
}

/** Where the resource is, or will be. */
export interface PolicyInstance {
  name: string;
  engine: string;
  environment: string;
  /** Whether `environment` is one of `dataResources.productionEnvironments`. */
  production: boolean;
  /** Nodes, as they were last seen. */
  topology: { brokers?: number; dataCenters?: { [name: string]: number } };
  /** The instance's configured limits. */
  limits: JsonObject;
  /** What users are told to connect with, e.g. `securityProtocol`. */
  connection: JsonObject;
}

/** What a policy judges. */
export interface PolicyInput {
  request: { action: PolicyAction; reason?: string };
  requester: PolicyRequester;
  type: string;
  name: string;
  /** Full ref of the group that owns, or will own, the resource. */
  owner: string;
  /** Full ref of the system that it is part of. */
  system?: string;
  /** What the request gives; empty where it gives none. */
  grants: readonly { principal: string; role: string }[];
  instance: PolicyInstance;
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
  /** Absent where {@link PolicyEngine.needsUsage} says that nobody asks. */
  usage?: PolicyUsage;
}

/** Who approves. `policy` is the one that said so; none did where it is absent. */
export type ApprovalVerdict =
  | { mode: 'auto'; policy: string }
  | { mode: 'manual'; policy?: string; required: ApproverRequirement[] };

/** What is done about drift, and which policy says so. */
export interface DriftVerdict {
  policy: string;
  way: DriftWay;
}

/** What all policies together say. */
export interface PolicyVerdict {
  /** In the order of the policies. */
  findings: Finding[];
  approval: ApprovalVerdict;
}

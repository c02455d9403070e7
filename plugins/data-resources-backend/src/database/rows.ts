import type {
  Plan,
  RequestAction,
  RequestState,
  ResourcePhase,
} from '@data-resources/plugin-data-resources-common';
import type {
  Change,
  EffectiveAccess,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import type { JsonObject } from '@backstage/types';

/** A plan as it is stored: the approvals given are counted when it is shown. */
export type StoredPlan = Omit<Plan, 'revision' | 'hash' | 'steps'>;

export interface RequestRow {
  id: string;
  action: RequestAction;
  state: RequestState;
  revision: number;
  input: JsonObject;
  type: string;
  engine: string;
  instance: string;
  environment: string;
  name: string;
  owner: string;
  resource_id: string | null;
  grant_id: string | null;
  requested_by: string;
  reason: string | null;
  idempotency_key: string | null;
  input_hash: string;
  plan_revision: number;
  plan_hash: string;
  /** The W3C trace context in which it was made, where something traces. */
  traceparent: string | null;
  /** The batch that it was sent in, and its place there. */
  batch_id: string | null;
  batch_index: number | null;
  waiting_reason: string | null;
  waiting_message: string | null;
  next_attempt_at: Date | null;
  attempts: number;
  lease_ticket: string | null;
  lease_until: Date | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
}

export interface PlanRow {
  request_id: string;
  revision: number;
  hash: string;
  plan: StoredPlan;
  steps: PlannedStep[];
  created_at: Date;
}

export interface ApproverRow {
  request_id: string;
  plan_revision: number;
  group_ref: string;
  count: number;
  /** The request's; a trigger fills both. */
  created_at: Date;
  /** Whether it is of the current plan of a pending request. */
  open: boolean;
}

export interface DecisionRow {
  id: string;
  request_id: string;
  effect: 'approve' | 'reject';
  decided_by: string;
  group_ref: string | null;
  plan_revision: number;
  plan_hash: string;
  comment: string | null;
  decided_at: Date;
}

export interface StoredCondition {
  type: string;
  status: 'true' | 'false' | 'unknown';
  reason: string;
  message: string;
  since: string;
}

export interface ResourceRow {
  id: string;
  type: string;
  engine: string;
  instance: string;
  environment: string;
  name: string;
  owner: string;
  system: string | null;
  description: string | null;
  tags: string[];
  spec: JsonObject;
  /** What the spec uses up, by counter; `null` where nobody has counted it yet. */
  usage: { [counter: string]: number } | null;
  observed: JsonObject | null;
  identity: JsonObject | null;
  generation: number;
  observed_generation: number;
  phase: ResourcePhase;
  conditions: StoredCondition[];
  entity_ref: string;
  purge_at: Date | null;
  drift: Change[] | null;
  /** Who reached it in ways that the portal did not make, when it was adopted, first looked at, or last agreed to. */
  access_baseline: EffectiveAccess[] | null;
  /** The resource of an earlier environment that it comes from. */
  promoted_from: string | null;
  active_request_id: string | null;
  due_at: Date | null;
  attempts: number;
  lease_ticket: string | null;
  lease_until: Date | null;
  fence: string;
  created_at: Date;
  updated_at: Date;
}

export type GrantState = 'granting' | 'active' | 'revoking' | 'revoked';

export interface GrantRow {
  id: string;
  resource_id: string;
  instance: string;
  principal: string;
  principal_uid: string;
  principal_owner: string;
  login_base: string;
  role: string;
  state: GrantState;
  request_id: string;
  ending_request_id: string | null;
  since: Date;
  ended_at: Date | null;
  created_at: Date;
}

export interface OperationRow {
  id: string;
  request_id: string;
  resource_id: string;
  ordinal: number;
  step_id: string;
  kind: string;
  args: JsonObject;
  login: { base: string; mode: 'ensure' | 'release' } | null;
  state: 'pending' | 'running' | 'done' | 'failed' | 'unknown';
  attempt: number;
  evidence: JsonObject | null;
  error: { reason: string; message: string; retryable: boolean } | null;
  note: string | null;
  started_at: Date | null;
  ended_at: Date | null;
}

export interface CredentialRow {
  id: string;
  principal_id: string;
  slot: 'a' | 'b';
  version: number;
  state: 'issuing' | 'active' | 'ending' | 'ended' | 'void';
  issued_by: string;
  issued_at: Date;
  ends_at: Date | null;
  ended_at: Date | null;
}

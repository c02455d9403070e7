import type { JsonObject } from '@backstage/types';
import type { InstanceProbe } from './EngineInstance';
import type { LoginSlots } from './LoginProvider';
import type { ObjectRef, Observation } from './ObjectRef';

/**
 * One grant as a plan sees it.
 *
 * @public
 */
export interface PlannedGrant {
  /** Full entity ref of the principal. */
  principal: string;
  role: string;
  login: LoginSlots;
  /** Full ref of the group that owned the principal when the grant was given. */
  owner?: string;
}

/**
 * What a plan is for.
 *
 * - `update`: from what was observed, whatever was agreed before, to `desired`. The changes are
 *   the differences between those two, so that with the agreed spec as `desired` they are the
 *   object's drift; none and no steps when there is no difference. Only fields that the spec
 *   declares count: what the engine fills in by itself is no difference.
 * - `quarantine`: nobody but an administrator reaches the object any more; its data and identity
 *   stay. What is open is ended where that is possible.
 * - `restore`: undoes a `quarantine`.
 * - `adopt`: makes an object that nobody manages ours, as it is: no data, no setting and nobody's
 *   access changes. Its steps prove and mark it, and lay what later grants need; after them
 *   `observe` says `ours`. An object that cannot be adopted is a `deny` finding that says why.
 * - `delete`: of an object in quarantine or not.
 *
 * @public
 */
export type PlanAction =
  | 'create'
  | 'adopt'
  | 'update'
  | 'quarantine'
  | 'restore'
  | 'delete'
  | 'grant'
  | 'revoke';

/**
 * Everything that a plan is made from. Nothing else may influence it.
 *
 * @public
 */
export interface PlanInput<TSpec extends JsonObject = JsonObject> {
  action: PlanAction;
  object: ObjectRef;
  /**
   * The spec asked for; absent for `quarantine` and `delete`, the current one for `restore`,
   * `grant` and `revoke`, the observed one for `adopt`.
   */
  desired?: TSpec;
  /** The spec that was last agreed; absent for `create` and `adopt`. */
  current?: TSpec;
  grants: {
    /** To be given by this plan: the one asked for, or all of them in a `restore`. */
    add: readonly PlannedGrant[];
    /**
     * To be taken by this plan: the one revoked, or all of them in a `quarantine` or `delete`. A
     * `quarantine` releases no login, for the ledger goes on knowing its grants.
     */
    remove: readonly PlannedGrant[];
    /** Active before and after: what `remove` must not take away from the same principal. */
    keep: readonly PlannedGrant[];
  };
  /**
   * Prefixes that the resource has claimed and not let go of: that of `current`, and those of
   * changes that failed halfway and may have left something on the engine.
   */
  held?: readonly string[];
  observed: Observation;
  instance: InstanceProbe;
}

/**
 * One difference that a plan makes.
 *
 * @public
 */
export interface Change {
  /** For example `partitions`, `config.retention.ms`, `grants.component:default/x.reader`. */
  path: string;
  from?: unknown;
  to?: unknown;
  kind: 'create' | 'in-place' | 'destructive' | 'unsupported';
}

/**
 * One verdict on a plan.
 *
 * @public
 */
export interface Finding {
  /** Names the rule, e.g. `kafka/replication-factor`. */
  policy: string;
  effect: 'deny' | 'warn' | 'info';
  /** Says what would pass. */
  message: string;
  /** The input field it is about, as {@link fieldPath} writes it, e.g. `spec.replicationFactor`. */
  path?: string;
  /**
   * Set where a `deny` says nothing of what was asked for, only that the engine is not fit for it
   * now, e.g. because the portal has lost a right: what was approved waits until that is mended.
   */
  retryable?: boolean;
}

/**
 * One step of a plan: an action of the engine that can be checked, done and read back.
 *
 * @public
 */
export interface PlannedStep {
  /** Unique in the plan and the same for the same input, e.g. `create-topic`. */
  id: string;
  title: string;
  /** The admin call, SQL or CQL that will run; secrets and verifiers as placeholders. */
  call: string;
  /** What {@link ResourceProvider.check} and {@link ResourceProvider.act} go by. */
  kind: string;
  /** All that the step needs: it is executed from here and never planned again. No secret. */
  args: JsonObject;
  /**
   * Set where the step makes or removes a login, which resources share. Such steps are
   * serialised per login. `ensure` steps stand in the plan whether or not the login exists;
   * `release` steps remove it only when the ledger says that no other grant needs it, and before
   * that at most what no other grant's role needs of it.
   */
  login?: { base: string; mode: 'ensure' | 'release' };
}

/**
 * What a provider makes of a {@link PlanInput}.
 *
 * @public
 */
export interface ProviderPlan {
  changes: Change[];
  steps: PlannedStep[];
  /** The engine's and the instance's own rules; policies of the configuration come on top. */
  findings: Finding[];
  risk: 'low' | 'medium' | 'high';
}

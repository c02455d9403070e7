import type { JsonObject } from '@backstage/types';
import type { CallContext } from './CallContext';
import type { DiscoveryPage } from './Discovery';
import type { InstanceProbe } from './EngineInstance';
import type { Inspection } from './LiveUse';
import type { LoginSlots } from './LoginProvider';
import type { ProviderError } from '../errors/ProviderError';

/**
 * The object that an observation or a step is about.
 *
 * @public
 */
export interface ObjectRef {
  /** The object's real name on the engine. */
  name: string;
  /** What was recorded to prove that it is ours; absent before anything was created. */
  identity?: JsonObject;
  /**
   * For `observe` before a `create` or an `update` is planned: the spec asked for. An engine that
   * can try that without doing it adds its verdict to the facts. May be left out.
   */
  desired?: JsonObject;
  /**
   * For `observe` of many objects at once: the spec that they are to be compared with. An engine that
   * reads a part of an object faster than all of it may leave out what this does not declare; see
   * {@link Observation.partial}. May be left out.
   */
  declared?: JsonObject;
  /**
   * Prefixes of names that the object claims or is to claim, see {@link ResourceType.claims}. May
   * be left out.
   */
  prefixes?: readonly string[];
  /**
   * For `access` that people look at: also what takes more calls and is no right on the object,
   * such as {@link EffectiveAccess.groups}.
   */
  inFull?: boolean;
}

/**
 * What stands on the engine under a name.
 *
 * @public
 */
export interface Observation {
  exists: boolean;
  /** The object's identity now, of the same shape as the recorded one. */
  identity?: JsonObject;
  /**
   * Whether the object is the one that was recorded. False as well when nothing was
   * recorded: "already exists" is not ours.
   */
  ours: boolean;
  /**
   * The name that the recorded object has now, where the engine can tell that somebody renamed it;
   * it is not there under its own.
   */
  renamedTo?: string;
  /** The spec as the engine has it, in the type's own field names. */
  spec?: JsonObject;
  /** Set where `spec` has not all that stands there, but all that {@link ObjectRef.declared} does. */
  partial?: boolean;
  /**
   * Other objects that are there and whose names begin with one of {@link ObjectRef.prefixes}, as
   * the engine tells names apart, whoever made them.
   */
  covered?: string[];
  /** What {@link ResourceProvider.plan} needs besides (ACLs that wait for the name, …). JSON, private to the engine. */
  facts: JsonObject;
}

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

/**
 * A step on its way to be executed.
 *
 * @public
 */
export interface StepCall {
  /** Unique among all steps that are under way. */
  key: string;
  object: ObjectRef;
  kind: string;
  args: JsonObject;
  /**
   * An intent that is open: an earlier attempt may have done the step, and its outcome was
   * never read. `evidence` is what the check before that attempt saw.
   */
  intent?: { attempt: number; evidence: JsonObject };
  /** For `release` steps: whether another grant still needs the login. */
  loginInUse?: boolean;
  /**
   * For `release` steps: the roles of those other grants, each once. What of the login none of them
   * needs goes with the step. Undefined where they are not known: then all of it stays.
   */
  loginRoles?: readonly string[];
}

/**
 * What a check found. `pending`: the effect is not there and may be made; `evidence` is
 * recorded with the intent. `changes` say, of a step that gives a grant, what differs where that is
 * less than the grant itself, each with a path `access.<principal>.<what>`. `satisfied`: the effect is there, and proven to be ours or meant
 * to be shared; `identity` is merged into the object's recorded identity. `failed`: it must
 * not be done.
 *
 * @public
 */
export type StepCheck =
  | { state: 'pending'; evidence: JsonObject; changes?: Change[] }
  | { state: 'satisfied'; identity?: JsonObject }
  | { state: 'failed'; error: ProviderError };

/**
 * What an act says of a step: why it failed, or that its effect was read back and is proven, just
 * as a check would say it. `satisfied` needs no other check, so it must rest on an answer that the
 * engine gave to a read sent after its acknowledgement: an acknowledgement alone is none. An
 * `identity` is the one that the engine's own acknowledgement named and that read showed, or one
 * that a check proves.
 *
 * @public
 */
export type StepAnswer =
  | ProviderError
  | Extract<StepCheck, { state: 'satisfied' }>;

/**
 * One right that somebody has on an object, read back from the engine.
 *
 * @public
 */
export interface EffectiveAccess {
  /** The engine's name of who has it: a login, `User:*`, `PUBLIC`, … */
  login: string;
  /** In the engine's words, e.g. `READ`, `SELECT`, `CONNECT`. */
  rights: string[];
  /** Rights that the engine gives along with those, e.g. `DESCRIBE` with `READ`. No part of a baseline. */
  implied?: string[];
  /**
   * Kafka: the consumer groups that who reads may use, where asked for `inFull`: `orders`, of
   * a prefix `orders…`, `*` for all. No part of a baseline.
   */
  groups?: string[];
  /** Through which ACL, role or ownership, e.g. `literal ACL on topic orders`, `member of orders_rw`. */
  via: string;
  /**
   * What people should know of the login besides, where asked for `inFull`, e.g. that its password
   * has run out. No part of a baseline.
   */
  note?: string;
  /** Set where it is a right on every name that begins so. */
  prefix?: string;
  /**
   * True where it belongs to how the portal or the server works, and to no client: the
   * provisioner, super users, the group roles themselves.
   */
  internal?: boolean;
}

/**
 * How clients reach an object; see the wire type `Connection`.
 *
 * @public
 */
export type ConnectionDetails = JsonObject & { engine: string };

/**
 * An engine's work on one type: after Crossplane's external client. Every step goes
 * check → act → check again, and the caller records the intent between the first two;
 * see {@link StepRunner}.
 *
 * @public
 */
export interface ResourceProvider<TSpec extends JsonObject = JsonObject> {
  /**
   * Looks at many objects in as few calls as the engine allows, and changes nothing. The
   * answer has an entry per `name` asked for.
   */
  observe(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, Observation>>;
  /**
   * Texts by `name`, each another one whenever what `observe`, `access` and a `check` of grants tell
   * of the object in a comparison with the ledger may be different. What has none is compared each
   * time; what has the same one as when nothing differed is spared that. So it says something of
   * an object only where the engine tells of a change much faster than of the object itself. The
   * calls of one comparison have the same {@link CallContext.reads}.
   */
  fingerprints?(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, string>>;
  /** Pure: no I/O, no clock, no randomness. The same input gives the same plan. */
  plan(input: PlanInput<TSpec>): ProviderPlan;
  /**
   * Reads whether each step's effect is there. All steps are of one `kind`. Answers by
   * `key`. Throws only when nothing could be read at all.
   */
  check(
    steps: readonly StepCall[],
    context: CallContext,
  ): Promise<Map<string, StepCheck>>;
  /**
   * Does each step, in one call or a few where the engine has batches. All steps are of one
   * `kind`. Answers by `key`. A step of which nothing is said is checked again, and only then
   * believed; an engine that never says more than what failed is right as well.
   */
  act(
    steps: readonly StepCall[],
    context: CallContext,
  ): Promise<Map<string, StepAnswer>>;
  /** How many steps of a kind may go into one {@link ResourceProvider.act}. */
  batchSize(kind: string): number;
  /**
   * Who can do what on the objects now, other people's ways in included: in as few calls as the
   * engine allows. The answer has an entry per `name` asked for, each in a fixed order.
   */
  access(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, EffectiveAccess[]>>;
  /**
   * Who uses the objects now, and how much: in as few calls as the engine allows. The answer has
   * an entry per `name` asked for. What is gone is used by nobody.
   */
  inspect(
    objects: readonly ObjectRef[],
    context: CallContext,
  ): Promise<Map<string, Inspection>>;
  /**
   * Objects of the type on the instance, whoever made them, ordered by name from after `after` on,
   * at most `limit` of them. Changes nothing.
   */
  discover(
    page: { after?: string; limit: number },
    context: CallContext,
  ): Promise<DiscoveryPage>;
  /**
   * What users are told, from the instance's `client` configuration; with `login` also what
   * is particular to a principal (Kafka's group prefix).
   */
  connection(name: string, login?: LoginSlots): ConnectionDetails;
}

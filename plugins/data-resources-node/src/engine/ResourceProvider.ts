import type { JsonObject } from '@backstage/types';
import type { CallContext } from './CallContext';
import type { DiscoveryPage } from './Discovery';
import type { Inspection } from './LiveUse';
import type { LoginSlots } from './LoginProvider';
import type { ObjectRef, Observation } from './ObjectRef';
import type { Change, PlanInput, ProviderPlan } from './Plan';
import type { ProviderError } from '../errors/ProviderError';

export * from './ObjectRef';
export * from './Plan';

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
   * What an earlier version of the engine's module wrote for `via`, so that a baseline from then still
   * knows this way. No part of a baseline.
   */
  formerly?: string;
  /**
   * What people should know of the login besides, where asked for `inFull`, e.g. that its password
   * has run out. No part of a baseline.
   */
  note?: string;
  /** Set where it is a right on every name that begins so. */
  prefix?: string;
  /**
   * The roles of the resource, such as `writer`, that give this way in: to a login of the portal that was
   * granted none of them somebody else gave it. Absent where any grant may be what gives it.
   */
  roles?: string[];
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
 * How far the steps of many plans may be under way beside one another.
 *
 * @public
 */
export interface StepLanes {
  /** Batches that share a lane wait for one another: at most `batches` of them are under way. */
  laneOf(kind: string): { name: string; batches: number };
  /**
   * The kinds of whose effect a step has need: earlier steps of its plan of these kinds have to be
   * done before it is looked at. Of the others only the plan's first one has to be begun, so that
   * nothing is made for an object that cannot be. Undefined: all earlier ones have to be done.
   */
  needs(kind: string): readonly string[] | undefined;
}

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
   * Left out where one batch is to go to the engine at a time, and each step to wait for the end of the one
   * before it. With lanes, calls of {@link ResourceProvider.check} and {@link ResourceProvider.act}
   * come beside one another.
   */
  readonly lanes?: StepLanes;
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

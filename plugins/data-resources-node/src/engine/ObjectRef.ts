import type { JsonObject } from '@backstage/types';

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

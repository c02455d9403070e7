import type { JsonObject } from '@backstage/types';

/**
 * Something on the engine that points to who owns an object.
 *
 * @public
 */
export interface OwnerHint {
  /** A name as it stands on the engine: a principal, a group, a role, a prefix of the name. */
  value: string;
  /** Where it was found, for people, e.g. `ACL that lets it write`, `owner of the database`. */
  source: string;
}

/**
 * An object of a type, whoever made it.
 *
 * @public
 */
export interface DiscoveredObject {
  name: string;
  /** Of the shape that {@link Observation.identity} has. */
  identity: JsonObject;
  /** As the engine has it, in the type's own field names. */
  spec: JsonObject;
  /**
   * Set where the server or a tool keeps it for itself, and nobody should adopt it: whose it is,
   * e.g. `Kafka Connect keeps its offsets here`.
   */
  internal?: string;
  /** The strongest first. */
  hints: OwnerHint[];
}

/**
 * A part of what there is, ordered by name.
 *
 * @public
 */
export interface DiscoveryPage {
  items: DiscoveredObject[];
  /** The last name of this page, where there are more. */
  next?: string;
}

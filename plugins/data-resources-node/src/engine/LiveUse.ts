/**
 * Somebody who uses an object now, as the engine sees it.
 *
 * @public
 */
export interface LiveUser {
  /** The engine's name of who it is: a login, a consumer group, a client. */
  name: string;
  /** What it is, e.g. `session`, `consumer group`, `producer`, `client`. A label of metrics: one of a few. */
  kind: string;
  /** How many of them: sessions, members, connections. */
  count: number;
  /** For people, e.g. `last query 2 s ago, from 10.0.0.7`. */
  detail?: string;
}

/**
 * One figure about an object. The portal's metrics add up, over all objects of a type, those
 * without labels (of `seconds` they show the largest, of `ratio` none), and `lag`.
 *
 * @public
 */
export interface Measure {
  /**
   * For machines, e.g. `size`; unique together with `labels`. A label of metrics: one of a few, and
   * no name of anything. `lag` is how many records a group, its label, has not read yet.
   */
  name: string;
  /** For people, e.g. `Size on disk`. */
  title: string;
  value: number;
  unit: 'bytes' | 'count' | 'seconds' | 'ratio' | 'per second';
  /** What the figure is about more exactly, e.g. `{ group: 'billing', partition: '3' }`. */
  labels?: { [name: string]: string };
}

/**
 * How an object is used now. Never holds data of the object itself.
 *
 * @public
 */
export interface Inspection {
  /** Everybody seen, the portal itself left out; in a fixed order. */
  users: LiveUser[];
  /** When it was last used, as far as the engine knows; ISO 8601, UTC. */
  lastUsedAt?: string;
  measures: Measure[];
  /** What could not be looked at, and what the portal's login would need for it. */
  unseen: string[];
}

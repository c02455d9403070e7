import type { KeyspaceSpec } from './keyspaceSpec';

/** What is recorded to prove that a keyspace is ours. */
export type KeyspaceIdentity = {
  keyspace: string;
  /**
   * Microseconds at which the server last wrote the keyspace's definition. Tells a keyspace
   * whose rights we lost from another that was made in its place.
   */
  definedAt: string;
};

/** What an observation tells a plan. */
export type KeyspaceFacts = {
  /** The portal's role holds what only the keyspace's creator was given. */
  rightsHeld: boolean;
  /** Group roles that exist, and whether the portal's role made them. */
  groupRoles: { name: string; made: boolean }[];
};

/** A row of `system_schema.keyspaces`. */
export interface KeyspaceRow {
  name: string;
  definedAt: string;
  /** The class without its package. */
  strategy: string;
  spec: KeyspaceSpec;
}

/**
 * Whether the keyspace that stands there is the recorded one. The creator's own permissions
 * vanish with a keyspace, so while we hold them it is. Without them it still is if nothing
 * was defined since: then an administrator took them from us.
 */
export function isRecorded(
  row: KeyspaceRow | undefined,
  identity: Partial<KeyspaceIdentity> | undefined,
  rightsHeld: boolean,
): boolean {
  return Boolean(
    row &&
      identity?.keyspace === row.name &&
      (rightsHeld || identity.definedAt === row.definedAt),
  );
}

import type { KeyspaceSpec } from './keyspaceSpec';

/** What is recorded to prove that a keyspace is ours. */
export type KeyspaceIdentity = {
  keyspace: string;
  /**
   * Microseconds at which the server wrote the definition that we created. Tells a keyspace
   * whose rights we lost from another that was made in its place. Never changed.
   */
  definedAt: string;
  /**
   * The same, for the last definition that a step of ours has proven to be of this keyspace.
   * Absent while there is none but the first.
   */
  redefinedAt?: string;
  /**
   * The keyspace for whose adoption group roles were made. It is ours once `keyspace` is recorded
   * as well, so that giving up half-way drops the roles and never the keyspace.
   */
  adopted?: string;
};

/** What an observation tells a plan. */
export type KeyspaceFacts = {
  /** The portal's role holds what only the keyspace's creator was given. */
  rightsHeld: boolean;
  /** Group roles that exist, and whether the portal's role made them. */
  groupRoles: { name: string; made: boolean }[];
  /** The class that places replicas; empty when there is no keyspace. */
  strategy: string;
  /** What the portal's role holds on the keyspace itself, where it is not recorded as ours. */
  held?: string[];
  /** How the group roles are, where the keyspace is to be compared with what it should be. */
  groups?: GroupState[];
  /** Where one of these holds a permission on functions of the keyspace: whether the portal's role may take it. */
  authorizesFunctions?: boolean;
};

/** A group role as it stands. */
export type GroupState = {
  name: string;
  exists: boolean;
  /** The portal's role holds what only the role's creator was given. */
  made: boolean;
  login: boolean;
  superuser: boolean;
  /** A superuser that it is a member of. */
  superuserBy?: string;
  /** What it holds on anything. */
  held: HeldOn[];
};

/** Permissions on one thing. */
export type HeldOn = {
  /** As `LIST PERMISSIONS` names it, e.g. `<keyspace orders>`. */
  resource: string;
  permissions: string[];
};

/** A row of `system_schema.keyspaces`. */
export interface KeyspaceRow {
  name: string;
  definedAt: string;
  /** The class without its package. */
  strategy: string;
  spec: KeyspaceSpec;
}

/** What else a keyspace that is ours is known by, where it takes more reads to know. */
export type Recognised = Pick<KeyspaceFacts, 'rightsHeld'> & {
  /** Group roles that the portal made hold permissions on it. */
  heldByGroups(): Promise<boolean>;
};

/**
 * As {@link isRecorded}. Owners that change tables write the definition anew as well: where the portal
 * has lost its permissions, those of its group roles still tell the keyspace, for they vanish with it too.
 */
export async function isKnown(
  row: KeyspaceRow | undefined,
  identity: Partial<KeyspaceIdentity> | undefined,
  { rightsHeld, heldByGroups }: Recognised,
): Promise<boolean> {
  return (
    isRecorded(row, identity, rightsHeld) ||
    (row !== undefined &&
      identity?.keyspace === row.name &&
      (await heldByGroups()))
  );
}

/**
 * Whether the keyspace that stands there is the recorded one. The creator's own permissions
 * vanish with a keyspace, so while we hold them it is. Without them it still is if nothing
 * was defined since we last knew: then an administrator took them from us.
 */
export function isRecorded(
  row: KeyspaceRow | undefined,
  identity: Partial<KeyspaceIdentity> | undefined,
  rightsHeld: boolean,
): boolean {
  return Boolean(
    row &&
      identity?.keyspace === row.name &&
      (rightsHeld ||
        identity.definedAt === row.definedAt ||
        identity.redefinedAt === row.definedAt),
  );
}

import type { Row } from '../session/CassandraSession';

/** One role as the server has it. */
export interface RoleState {
  login: boolean;
  superuser: boolean;
  /** A superuser that it is a member of, which makes it one as well, as far as was looked. */
  superuserBy?: string;
  /** Of one that can log in: through which data centres; undefined for all. */
  dataCenters?: string[];
  /** The roles that it was granted directly. */
  memberOf: string[];
}

/** A role without its memberships. */
export type ListedRole = Omit<RoleState, 'memberOf'> & { name: string };

/** One permission that a role holds itself. */
export interface HeldPermission {
  role: string;
  resource: string;
  permission: string;
}

/** The proof that the portal's role made an object: nobody else was given these with it. */
export function provesOwnership(permissions: Set<string> | undefined): boolean {
  return Boolean(permissions?.has('ALTER') && permissions.has('DROP'));
}

/** A row of `LIST ROLES`. */
export function listed(row: Row): ListedRole {
  return {
    name: row.role,
    login: row.login,
    superuser: row.super,
    dataCenters: dataCentersOf(row),
  };
}

/** Of a role that cannot log in, `LIST ROLES` tells none. */
function dataCentersOf({ datacenters: text }: Row): string[] | undefined {
  return typeof text !== 'string' || text === 'ALL' || text === 'n/a'
    ? undefined
    : text
        .split(',')
        .map(name => name.trim())
        .sort();
}

/** Rows of `LIST PERMISSIONS`. */
export function held(rows: Row[]): HeldPermission[] {
  return rows.map(({ role, resource, permission }) => ({
    role,
    resource,
    permission,
  }));
}

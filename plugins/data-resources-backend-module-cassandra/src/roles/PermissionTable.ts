import { types } from 'cassandra-driver';
import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { CassandraSession, Row } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import { storedAs, toldAs } from './resourceNames';
import type { HeldPermission } from './roleState';

/** What goes into one statement. */
const MOST_NAMES = 100;
/** So long it is not tried again to read what may not be read. */
const REFUSED_MS = 60_000;

/**
 * Reads `system_auth.role_permissions`, which is what `LIST` reads as well: of many roles, or on many
 * things, in one statement. Undefined where the portal's role may not.
 */
export class PermissionTable {
  readonly #session: CassandraSession;
  #refusedUntil = 0;

  private constructor(session: CassandraSession) {
    this.#session = session;
  }

  static create(session: CassandraSession): PermissionTable {
    return new PermissionTable(session);
  }

  /** What roles hold themselves. */
  of(
    roles: readonly string[],
    deadline: Deadline,
  ): Promise<HeldPermission[] | undefined> {
    return this.#read('role IN ?', roles, some => [some], deadline);
  }

  /** What a role holds on things itself, named as `LIST` does. */
  on(
    role: string,
    resources: readonly string[],
    deadline: Deadline,
  ): Promise<HeldPermission[] | undefined> {
    return this.#read(
      'role = ? AND resource IN ?',
      resources.map(storedAs),
      some => [role, some],
      deadline,
    );
  }

  async #read(
    where: string,
    names: readonly string[],
    paramsOf: (some: string[]) => unknown[],
    deadline: Deadline,
  ): Promise<HeldPermission[] | undefined> {
    if (performance.now() < this.#refusedUntil) {
      return undefined;
    }
    const parts = Array.from(
      { length: Math.ceil(names.length / MOST_NAMES) },
      (_, part) => names.slice(part * MOST_NAMES, (part + 1) * MOST_NAMES),
    );
    try {
      const found = await Promise.all(
        parts.map(some =>
          this.#session.read(
            `SELECT role, resource, permissions FROM system_auth.role_permissions WHERE ${where}`,
            deadline,
            {
              params: paramsOf(some),
              consistency: types.consistencies.localQuorum,
            },
          ),
        ),
      );
      return found.flat().flatMap(toPermissions);
    } catch (error) {
      if (isProviderError(error) && error.reason === 'Unauthorized') {
        this.#refusedUntil = performance.now() + REFUSED_MS;
        return undefined;
      }
      throw error;
    }
  }
}

function toPermissions({ role, resource, permissions }: Row): HeldPermission[] {
  const names: string[] = permissions ?? [];
  return names.map(permission => ({
    role,
    resource: toldAs(resource),
    permission,
  }));
}

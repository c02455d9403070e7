import { types } from 'cassandra-driver';
import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';

/** One role that was granted to another. */
export interface Membership {
  role: string;
  member: string;
}

/** Reads `system_auth.role_members`; undefined where the portal's role may not. */
export class MemberTable {
  readonly #session: CassandraSession;

  private constructor(session: CassandraSession) {
    this.#session = session;
  }

  static create(session: CassandraSession): MemberTable {
    return new MemberTable(session);
  }

  /** The direct members of some roles. */
  of(
    roles: readonly string[],
    deadline: Deadline,
  ): Promise<Membership[] | undefined> {
    return this.#rows(deadline, roles);
  }

  /** All memberships, once for all calls that share what they read. */
  all(deadline: Deadline): Promise<Membership[] | undefined> {
    return deadline.once('members', () => this.#rows(deadline));
  }

  async #rows(
    deadline: Deadline,
    roles?: readonly string[],
  ): Promise<Membership[] | undefined> {
    const all = 'SELECT role, member FROM system_auth.role_members';
    try {
      const rows = await this.#session.read(
        roles ? `${all} WHERE role IN ?` : all,
        deadline,
        {
          params: roles && [roles],
          consistency: types.consistencies.localQuorum,
        },
      );
      return rows.map(row => ({ role: row.role, member: row.member }));
    } catch (error) {
      if (isProviderError(error) && error.reason === 'Unauthorized') {
        return undefined;
      }
      throw error;
    }
  }
}

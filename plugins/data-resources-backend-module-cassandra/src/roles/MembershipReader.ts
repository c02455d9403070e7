import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import { MemberTable } from './MemberTable';
import type { RoleReader } from './RoleReader';

const CONCURRENT_READS = 16;

/** Role to its direct members. */
type Memberships = Map<string, Set<string>>;

/**
 * Role to its members, and for each the roles in between on the shortest way, that next to the member
 * first; none for a direct one.
 */
export type MembersOf = Map<string, Map<string, string[]>>;

/**
 * Reads who is a member of roles. There is no LIST for it: with SELECT on
 * `system_auth.role_members` it takes a read per level, without it one per role of the
 * cluster.
 */
export class MembershipReader {
  readonly #session: CassandraSession;
  readonly #roles: RoleReader;
  readonly #table: MemberTable;

  private constructor(session: CassandraSession, roles: RoleReader) {
    this.#session = session;
    this.#roles = roles;
    this.#table = MemberTable.create(session);
  }

  static create(options: {
    session: CassandraSession;
    roles: RoleReader;
  }): MembershipReader {
    return new MembershipReader(options.session, options.roles);
  }

  /** The members of each of the roles, members of members included. */
  async read(roles: readonly string[], deadline: Deadline): Promise<MembersOf> {
    const direct =
      (await this.#fromTable(roles, deadline)) ??
      (await this.#fromLists(deadline));
    return new Map(
      [...new Set(roles)].map(role => [role, reachable(role, direct)]),
    );
  }

  /** Whether the quick way is open. */
  async canReadTable(deadline: Deadline): Promise<boolean> {
    return (
      (await this.#table.of([this.#session.username], deadline)) !== undefined
    );
  }

  async #fromTable(
    roles: readonly string[],
    deadline: Deadline,
  ): Promise<Memberships | undefined> {
    if (deadline.isShared) {
      return this.#wholeTable(deadline);
    }
    const direct: Memberships = new Map();
    let next = [...new Set(roles)];
    while (next.length > 0) {
      const rows = await this.#table.of(next, deadline);
      if (!rows) {
        return undefined;
      }
      next.forEach(role => direct.set(role, new Set()));
      rows.forEach(({ role, member }) => direct.get(role)!.add(member));
      next = [...new Set(rows.map(({ member }) => member))].filter(
        member => !direct.has(member),
      );
    }
    return direct;
  }

  /** Not level by level, for several calls that share what they read. */
  async #wholeTable(deadline: Deadline): Promise<Memberships | undefined> {
    const rows = await this.#table.all(deadline);
    if (!rows) {
      return undefined;
    }
    const direct: Memberships = new Map();
    for (const { role, member } of rows) {
      const members = direct.get(role) ?? new Set();
      direct.set(role, members.add(member));
    }
    return direct;
  }

  async #fromLists(deadline: Deadline): Promise<Memberships> {
    const direct: Memberships = new Map();
    const everybody = await this.#roles.all(deadline);
    await settleAll(everybody, CONCURRENT_READS, async ({ name }) => {
      const state = await this.#roles.role(name, deadline);
      for (const role of state?.memberOf ?? []) {
        const members = direct.get(role) ?? new Set();
        direct.set(role, members.add(name));
      }
    });
    return direct;
  }
}

/** Roles cannot be members of themselves, not even in a circle, but nothing here relies on it. */
function reachable(role: string, direct: Memberships): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const queue: { name: string; between: string[] }[] = [
    { name: role, between: [] },
  ];
  for (const { name, between } of queue) {
    // In a fixed order, so that of several ways as short the same is told each time.
    for (const member of [...(direct.get(name) ?? [])].sort()) {
      if (!found.has(member)) {
        found.set(member, between);
        queue.push({ name: member, between: [member, ...between] });
      }
    }
  }
  return found;
}

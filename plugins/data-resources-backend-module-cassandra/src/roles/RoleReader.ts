import { quoteIdentifier } from '../cql/quote';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import { listOf } from './listOf';
import { MemberTable } from './MemberTable';
import { PermissionReader } from './PermissionReader';
import { type ListedRole, listed, type RoleState } from './roleState';

/** From here on one long list is cheaper than a question per name. */
const LIST_ALL_FROM = 25;
const CONCURRENT_READS = 16;

/**
 * Reads roles and permissions by `LIST`, which is all that a role without rights on
 * `system_auth` may do; what it answers is not from a cache.
 */
export class RoleReader {
  readonly permissions: PermissionReader;
  readonly #session: CassandraSession;
  readonly #members: MemberTable;

  private constructor(session: CassandraSession) {
    this.#session = session;
    this.#members = MemberTable.create(session);
    this.permissions = PermissionReader.create(session);
  }

  static create(session: CassandraSession): RoleReader {
    return new RoleReader(session);
  }

  /** A role with its memberships; undefined when there is none of that name. */
  async role(name: string, deadline: Deadline): Promise<RoleState | undefined> {
    if (!deadline.isShared) {
      return this.roleItself(name, deadline);
    }
    const [everybody, memberships] = await Promise.all([
      this.#byName(deadline),
      this.#memberships(deadline),
    ]);
    if (!memberships) {
      return this.roleItself(name, deadline);
    }
    const self = everybody.get(name);
    return self && { ...self, memberOf: memberships.get(name) ?? [] };
  }

  /** As {@link RoleReader.role}, as the server tells it of this role alone. */
  async roleItself(
    name: string,
    deadline: Deadline,
  ): Promise<RoleState | undefined> {
    const rows =
      (await listOf(
        this.#session,
        `LIST ROLES OF ${quoteIdentifier(name)} NORECURSIVE`,
        deadline,
      )) ?? [];
    const self = rows.find(row => row.role === name);
    return (
      self && {
        ...listed(self),
        memberOf: rows
          .map(row => String(row.role))
          .filter(role => role !== name),
      }
    );
  }

  /** Has calls that share what they read begin with what all of them will need. */
  async foresee(deadline: Deadline): Promise<void> {
    if (deadline.isShared) {
      await Promise.all([
        this.all(deadline),
        this.permissions.all(deadline),
        this.#members.all(deadline),
      ]);
    }
  }

  /** Which of the roles there are, and which of them can log in. */
  async logins(
    names: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, boolean>> {
    if (names.length < LIST_ALL_FROM && !deadline.isShared) {
      const found = await settleAll(names, CONCURRENT_READS, name =>
        this.role(name, deadline),
      );
      return new Map(
        names.flatMap((name, index) => {
          const state = found[index];
          return state ? [[name, state.login] as const] : [];
        }),
      );
    }
    const wanted = new Set(names);
    return new Map(
      (await this.all(deadline))
        .filter(({ name }) => wanted.has(name))
        .map(({ name, login }) => [name, login]),
    );
  }

  /** All roles, without their memberships. */
  async all(deadline: Deadline): Promise<ListedRole[]> {
    return deadline.once('roles', async () =>
      (await this.#session.read('LIST ROLES', deadline)).map(listed),
    );
  }

  /**
   * Those of the roles that there are, as far as it is told by what the portal's role holds on them:
   * what others made is looked at one by one.
   */
  async existing(
    names: readonly string[],
    own: Map<string, Set<string>>,
    deadline: Deadline,
  ): Promise<Set<string>> {
    const isMade = (name: string) =>
      !deadline.isShared && Boolean(own.get(name)?.size);
    const made = names.filter(isMade);
    const others = names.filter(name => !isMade(name));
    return new Set([...made, ...(await this.logins(others, deadline)).keys()]);
  }

  async #byName(deadline: Deadline): Promise<Map<string, ListedRole>> {
    return deadline.once(
      'roles by name',
      async () =>
        new Map((await this.all(deadline)).map(role => [role.name, role])),
    );
  }

  /** Of each role those that it was granted directly; undefined where that may not be read. */
  async #memberships(
    deadline: Deadline,
  ): Promise<Map<string, string[]> | undefined> {
    return deadline.once('roles by member', async () => {
      const rows = await this.#members.all(deadline);
      const found = new Map<string, string[]>();
      for (const { role, member } of rows ?? []) {
        const granted = found.get(member) ?? [];
        granted.push(role);
        found.set(member, granted);
      }
      return rows && found;
    });
  }
}

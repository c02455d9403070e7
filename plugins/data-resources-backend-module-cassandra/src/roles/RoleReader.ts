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
    const [everybody, memberships, superusers] = await Promise.all([
      this.#byName(deadline),
      this.#memberships(deadline),
      this.#superusersBehind(deadline),
    ]);
    if (!memberships) {
      return this.roleItself(name, deadline);
    }
    const self = everybody.get(name);
    return (
      self && {
        ...self,
        superuserBy: superusers.get(name),
        memberOf: memberships.get(name) ?? [],
      }
    );
  }

  /** As {@link RoleReader.role}, as the server tells it of this role alone. */
  async roleItself(
    name: string,
    deadline: Deadline,
  ): Promise<RoleState | undefined> {
    const { self, others } = await this.#listed(name, deadline, 'NORECURSIVE');
    return (
      self && {
        ...self,
        superuserBy: superuserOf(others),
        memberOf: others.map(other => other.name),
      }
    );
  }

  /** As {@link RoleReader.roleItself}, with the superusers that it is a member of by whatever way. */
  async withInherited(
    name: string,
    deadline: Deadline,
  ): Promise<Omit<RoleState, 'memberOf'> | undefined> {
    const { self, others } = await this.#listed(name, deadline);
    return self && { ...self, superuserBy: superuserOf(others) };
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
    const found = await this.#some(names, deadline, name =>
      this.role(name, deadline),
    );
    return new Map([...found].map(([name, { login }]) => [name, login]));
  }

  /** Those of the roles that there are, with the superusers that they are members of by whatever way. */
  async inheriting(
    names: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, Omit<RoleState, 'memberOf'>>> {
    const [found, superusers] = await Promise.all([
      this.#some(names, deadline, name => this.withInherited(name, deadline)),
      this.#readsAll(names, deadline) ? this.#superusersBehind(deadline) : null,
    ]);
    return superusers
      ? new Map(
          [...found].map(([name, state]) => [
            name,
            { ...state, superuserBy: superusers.get(name) },
          ]),
        )
      : found;
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

  #readsAll(names: readonly string[], { isShared }: Deadline): boolean {
    return isShared || names.length >= LIST_ALL_FROM;
  }

  /** Those of the roles that there are: a few by questions about each, many from the list of all. */
  async #some<T extends Omit<RoleState, 'memberOf'>>(
    names: readonly string[],
    deadline: Deadline,
    one: (name: string) => Promise<T | undefined>,
  ): Promise<Map<string, T | ListedRole>> {
    const states = this.#readsAll(names, deadline)
      ? await this.#byName(deadline).then(everybody =>
          names.map(name => everybody.get(name)),
        )
      : await settleAll(names, CONCURRENT_READS, one);
    return new Map(
      names.flatMap((name, index) => {
        const state = states[index];
        return state ? [[name, state] as const] : [];
      }),
    );
  }

  /** A role, and those that it is a member of. */
  async #listed(
    name: string,
    deadline: Deadline,
    how?: 'NORECURSIVE',
  ): Promise<{ self?: ListedRole; others: ListedRole[] }> {
    const rows =
      (await listOf(
        this.#session,
        `LIST ROLES OF ${quoteIdentifier(name)}${how ? ` ${how}` : ''}`,
        deadline,
      )) ?? [];
    const roles = rows.map(listed);
    return {
      self: roles.find(role => role.name === name),
      others: roles.filter(role => role.name !== name),
    };
  }

  async #byName(deadline: Deadline): Promise<Map<string, ListedRole>> {
    return deadline.once(
      'roles by name',
      async () =>
        new Map((await this.all(deadline)).map(role => [role.name, role])),
    );
  }

  /** Of members of superusers, members of those included, one superuser each. */
  async #superusersBehind(deadline: Deadline): Promise<Map<string, string>> {
    return deadline.once('superusers behind', async () => {
      const [everybody, rows = []] = await Promise.all([
        this.all(deadline),
        this.#members.all(deadline),
      ]);
      const found = new Map<string, string>();
      for (const { name } of everybody.filter(({ superuser }) => superuser)) {
        const queue = [name];
        for (const role of queue) {
          for (const { member } of rows.filter(each => each.role === role)) {
            if (member !== name && !found.has(member)) {
              found.set(member, name);
              queue.push(member);
            }
          }
        }
      }
      return found;
    });
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

function superuserOf(roles: readonly ListedRole[]): string | undefined {
  return roles.find(({ superuser }) => superuser)?.name;
}

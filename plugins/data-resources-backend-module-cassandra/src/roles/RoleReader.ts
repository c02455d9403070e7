import { quoteIdentifier } from '../cql/quote';
import type { CassandraSession, Row } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { MemberTable } from './MemberTable';
import { PermissionTable } from './PermissionTable';
import { keyspaceResource, roleResource, tableOf } from './resourceNames';
import {
  type HeldPermission,
  held,
  type ListedRole,
  listed,
  type RoleState,
} from './roleState';

/** From here on one long list is cheaper than a question per name. */
const LIST_ALL_FROM = 25;
/** From here on one read of a table, which the server takes more care of, is cheaper than a list per name. */
const TABLE_FROM = 8;
const CONCURRENT_READS = 16;

/**
 * Reads roles and permissions by `LIST`, which is all that a role without rights on
 * `system_auth` may do; what it answers is not from a cache.
 */
export class RoleReader {
  readonly #session: CassandraSession;
  readonly #members: MemberTable;
  readonly #permissions: PermissionTable;

  private constructor(session: CassandraSession) {
    this.#session = session;
    this.#members = MemberTable.create(session);
    this.#permissions = PermissionTable.create(session);
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
    const rows = await this.#list(
      `LIST ROLES OF ${quoteIdentifier(name)} NORECURSIVE`,
      deadline,
    );
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
        this.allPermissions(deadline),
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

  /** What a role holds itself; nothing when there is no such role. */
  async permissionsOf(
    role: string,
    deadline: Deadline,
  ): Promise<HeldPermission[]> {
    const rows = await this.#list(
      `LIST ALL PERMISSIONS OF ${quoteIdentifier(role)}`,
      deadline,
    );
    return held(rows).filter(permission => permission.role === role);
  }

  /** As {@link RoleReader.permissionsOf}, of several roles. */
  async permissionsOfEach(
    roles: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, HeldPermission[]>> {
    const found =
      roles.length >= TABLE_FROM
        ? await this.#permissions.of(roles, deadline)
        : undefined;
    const each = found
      ? roles.map(name => found.filter(({ role }) => role === name))
      : await settleAll(roles, CONCURRENT_READS, role =>
          this.permissionsOf(role, deadline),
        );
    return new Map(roles.map((role, index) => [role, each[index]]));
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

  /**
   * What everybody holds on a resource and on what contains it.
   *
   * @param on - e.g. `KEYSPACE "orders"`, quoted already, perhaps with `OF` a role
   */
  async permissionsOn(
    on: string,
    deadline: Deadline,
  ): Promise<HeldPermission[]> {
    return held(await this.#list(`LIST ALL PERMISSIONS ON ${on}`, deadline));
  }

  /**
   * What the portal's role holds on a keyspace itself; undefined where there is no such keyspace.
   */
  async ownOnKeyspace(
    keyspace: string,
    deadline: Deadline,
  ): Promise<Set<string> | undefined> {
    const me = this.#session.username;
    const rows = await this.#listed(
      `LIST ALL PERMISSIONS ON KEYSPACE ${quoteIdentifier(
        keyspace,
      )} OF ${quoteIdentifier(me)}`,
      deadline,
    );
    const resource = keyspaceResource(keyspace);
    return (
      rows &&
      new Set(
        held(rows)
          .filter(each => each.role === me && each.resource === resource)
          .map(({ permission }) => permission),
      )
    );
  }

  /**
   * What the portal's role holds on each of a keyspace's tables itself, by having made it.
   *
   * @param tables - names; one that is not there is held by nobody
   */
  async ownOnTables(
    keyspace: string,
    tables: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, string[]>> {
    const me = quoteIdentifier(this.#session.username);
    const found = await settleAll(tables, CONCURRENT_READS, async table => {
      const target = `TABLE ${quoteIdentifier(keyspace)}.${quoteIdentifier(
        table,
      )}`;
      const rows = await this.permissionsOn(`${target} OF ${me}`, deadline);
      return rows
        .filter(
          ({ role, resource }) =>
            role === this.#session.username &&
            tableOf(resource, keyspace) === table,
        )
        .map(({ permission }) => permission);
    });
    return new Map(tables.map((table, index) => [table, found[index]]));
  }

  /** What everybody holds on anything. */
  async allPermissions(deadline: Deadline): Promise<HeldPermission[]> {
    return deadline.once('permissions', async () =>
      held(await this.#session.read('LIST ALL PERMISSIONS', deadline)),
    );
  }

  /**
   * What the portal's role holds on each keyspace itself: given to whoever creates one, and
   * gone with it. Permissions on all keyspaces do not count.
   */
  async ownOnKeyspaces(
    keyspaces: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, Set<string>>> {
    return this.#own(keyspaces, keyspaceResource, 'KEYSPACE', deadline);
  }

  /** As {@link RoleReader.ownOnKeyspaces}, for roles. */
  async ownOnRoles(
    roles: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, Set<string>>> {
    return this.#own(roles, roleResource, 'ROLE', deadline);
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

  async #own(
    names: readonly string[],
    resourceOf: (name: string) => string,
    noun: string,
    deadline: Deadline,
  ): Promise<Map<string, Set<string>>> {
    const me = this.#session.username;
    const found = await this.#ownPermissions(names, resourceOf, noun, deadline);
    const byResource = new Map<string, Set<string>>();
    for (const { role, resource, permission } of found) {
      if (role === me) {
        const permissions = byResource.get(resource) ?? new Set();
        byResource.set(resource, permissions.add(permission));
      }
    }
    return new Map(
      names.map(name => [name, byResource.get(resourceOf(name)) ?? new Set()]),
    );
  }

  /** What the portal's role holds on the things, and maybe on others. */
  async #ownPermissions(
    names: readonly string[],
    resourceOf: (name: string) => string,
    noun: string,
    deadline: Deadline,
  ): Promise<HeldPermission[]> {
    const me = this.#session.username;
    if (deadline.isShared) {
      return this.allPermissions(deadline);
    }
    if (names.length >= TABLE_FROM) {
      const resources = names.map(resourceOf);
      const rows = await this.#permissions.on(me, resources, deadline);
      if (rows ?? names.length >= LIST_ALL_FROM) {
        return rows ?? this.permissionsOf(me, deadline);
      }
    }
    const found = await settleAll(names, CONCURRENT_READS, name =>
      this.#list(
        `LIST ALL PERMISSIONS ON ${noun} ${quoteIdentifier(
          name,
        )} OF ${quoteIdentifier(me)}`,
        deadline,
      ),
    );
    return found.flatMap(held);
  }

  async #list(cql: string, deadline: Deadline): Promise<Row[]> {
    return (await this.#listed(cql, deadline)) ?? [];
  }

  /** Undefined where there is no such thing: the server has no empty list for that, but an error. */
  async #listed(cql: string, deadline: Deadline): Promise<Row[] | undefined> {
    try {
      return await this.#session.read(cql, deadline);
    } catch (error) {
      if (
        isProviderError(error) &&
        error.reason === 'Rejected' &&
        /doesn't exist$/.test(error.message)
      ) {
        return undefined;
      }
      throw error;
    }
  }
}

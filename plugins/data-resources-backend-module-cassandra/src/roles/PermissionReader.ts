import { quoteIdentifier } from '../cql/quote';
import type { CassandraSession, Row } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import { listOf } from './listOf';
import { PermissionTable } from './PermissionTable';
import {
  ALL_FUNCTIONS,
  functionsResource,
  isTold,
  keyspaceResource,
  roleResource,
  tableOf,
} from './resourceNames';
import { type HeldPermission, held } from './roleState';

/** From here on one long list is cheaper than a question per name. */
const LIST_ALL_FROM = 25;
/** From here on one read of a table, which the server takes more care of, is cheaper than a list per name. */
const TABLE_FROM = 8;
const CONCURRENT_READS = 16;

/**
 * Reads permissions by `LIST`, which is all that a role without rights on `system_auth` may do, and
 * many of them from its table where that is allowed; what either answers is not from a cache.
 */
export class PermissionReader {
  readonly #session: CassandraSession;
  readonly #table: PermissionTable;

  private constructor(session: CassandraSession) {
    this.#session = session;
    this.#table = PermissionTable.create(session);
  }

  static create(session: CassandraSession): PermissionReader {
    return new PermissionReader(session);
  }

  /** What a role holds itself; nothing when there is no such role. */
  async of(role: string, deadline: Deadline): Promise<HeldPermission[]> {
    const rows = await this.#list(
      `LIST ALL PERMISSIONS OF ${quoteIdentifier(role)}`,
      deadline,
    );
    return held(rows).filter(permission => permission.role === role);
  }

  /** As {@link PermissionReader.of}, of several roles. */
  async ofEach(
    roles: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, HeldPermission[]>> {
    if (deadline.isShared) {
      const byRole = await this.#byRole(deadline);
      return new Map(roles.map(role => [role, byRole.get(role) ?? []]));
    }
    const found =
      roles.length >= TABLE_FROM
        ? await this.#table.of(roles, deadline)
        : undefined;
    const each = await settleAll(roles, CONCURRENT_READS, async name => {
      const inTable = found?.filter(({ role }) => role === name);
      // What is stored in Java's words, as single functions are, is read as the server tells it.
      return inTable?.every(({ resource }) => isTold(resource))
        ? inTable
        : this.of(name, deadline);
    });
    return new Map(roles.map((role, index) => [role, each[index]]));
  }

  /**
   * What everybody holds on a resource and on what contains it.
   *
   * @param on - e.g. `KEYSPACE "orders"`, quoted already, perhaps with `OF` a role
   */
  async on(on: string, deadline: Deadline): Promise<HeldPermission[]> {
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
    const rows = await listOf(
      this.#session,
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
      const rows = await this.on(`${target} OF ${me}`, deadline);
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

  /** Whether the portal's role may let others use a keyspace's functions, and so take that from them. */
  async authorizesFunctions(
    keyspace: string,
    deadline: Deadline,
  ): Promise<boolean> {
    const me = this.#session.username;
    const permissions = deadline.isShared
      ? await this.all(deadline)
      : await this.on(
          `ALL FUNCTIONS IN KEYSPACE ${quoteIdentifier(
            keyspace,
          )} OF ${quoteIdentifier(me)}`,
          deadline,
        );
    return permissions.some(
      ({ role, resource, permission }) =>
        role === me &&
        permission === 'AUTHORIZE' &&
        [ALL_FUNCTIONS, functionsResource(keyspace)].includes(resource),
    );
  }

  /**
   * Of roles that are gone those of which something is left in the table of permissions: what they held, or what
   * the portal's role holds on them. None where that table may not be read: no `LIST` tells of a role that is gone.
   */
  async leftOf(
    roles: readonly string[],
    deadline: Deadline,
  ): Promise<Set<string>> {
    const [theirs, own] = await Promise.all([
      this.#table.of(roles, deadline),
      this.#table.on(this.#session.username, roles.map(roleResource), deadline),
    ]);
    return new Set([
      ...(theirs ?? []).map(({ role }) => role),
      ...(own ?? []).flatMap(({ resource }) =>
        roles.filter(role => roleResource(role) === resource),
      ),
    ]);
  }

  /** What everybody holds on anything. */
  async all(deadline: Deadline): Promise<HeldPermission[]> {
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

  /** As {@link PermissionReader.ownOnKeyspaces}, for roles. */
  async ownOnRoles(
    roles: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, Set<string>>> {
    return this.#own(roles, roleResource, 'ROLE', deadline);
  }

  async #byRole(deadline: Deadline): Promise<Map<string, HeldPermission[]>> {
    return deadline.once('permissions by role', async () => {
      const byRole = new Map<string, HeldPermission[]>();
      for (const permission of await this.all(deadline)) {
        const ofRole = byRole.get(permission.role) ?? [];
        ofRole.push(permission);
        byRole.set(permission.role, ofRole);
      }
      return byRole;
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
      return this.all(deadline);
    }
    const rows =
      names.length < TABLE_FROM
        ? undefined
        : await this.#table.on(me, names.map(resourceOf), deadline);
    if (rows) {
      return rows;
    }
    if (names.length >= LIST_ALL_FROM) {
      return this.of(me, deadline);
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
    return (await listOf(this.#session, cql, deadline)) ?? [];
  }
}

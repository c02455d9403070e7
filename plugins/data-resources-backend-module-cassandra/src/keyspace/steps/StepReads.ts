import DataLoader from 'dataloader';
import type { MemberTable } from '../../roles/MemberTable';
import type { RoleReader } from '../../roles/RoleReader';
import type { HeldPermission, RoleState } from '../../roles/roleState';
import type { Deadline } from '../../session/Deadline';
import { settleAll } from '../../session/settleAll';
import type { KeyspaceReader } from '../KeyspaceReader';
import type { KeyspaceRow } from '../observation';

const CONCURRENT_READS = 16;
/** From here on the keyspaces of many steps are read together. */
const MANY = 8;

interface Options {
  keyspaces: KeyspaceReader;
  roles: RoleReader;
  members: MemberTable;
  deadline: Deadline;
}

/** What many steps of one call read at the same moment, read in few statements. Nothing is kept. */
export class StepReads {
  readonly #keyspaces: DataLoader<string, KeyspaceRow | undefined>;
  readonly #held: DataLoader<string, Set<string> | undefined>;
  readonly #ownOnKeyspaces: DataLoader<string, Set<string>>;
  readonly #ownOnRoles: DataLoader<string, Set<string>>;
  readonly #permissions: DataLoader<string, HeldPermission[]>;
  readonly #roles: DataLoader<string, RoleState | undefined>;
  readonly #members: DataLoader<string, string[] | undefined>;
  readonly #left: DataLoader<string, boolean>;

  constructor({ keyspaces, roles, members, deadline }: Options) {
    this.#keyspaces = gathered(names => keyspaces.many(names, deadline));
    this.#held = gathered(async names => {
      if (names.length < MANY) {
        return each(names, name =>
          roles.permissions.ownOnKeyspace(name, deadline),
        );
      }
      // A table of permissions does not tell whether there is such a keyspace.
      const [rows, own] = await Promise.all([
        keyspaces.many(names, deadline),
        roles.permissions.ownOnKeyspaces(names, deadline),
      ]);
      return new Map([...own].filter(([name]) => rows.has(name)));
    });
    this.#ownOnKeyspaces = gathered(names =>
      roles.permissions.ownOnKeyspaces(names, deadline),
    );
    this.#ownOnRoles = gathered(names =>
      roles.permissions.ownOnRoles(names, deadline),
    );
    this.#permissions = gathered(names =>
      roles.permissions.ofEach(names, deadline),
    );
    this.#roles = gathered(names =>
      each(names, name => roles.role(name, deadline)),
    );
    this.#left = gathered(async names => {
      const left = await roles.permissions.leftOf(names, deadline);
      return new Map(names.map(name => [name, left.has(name)]));
    });
    this.#members = gathered(async names => {
      const rows = await members.of(names, deadline);
      return new Map(
        names.map(name => [
          name,
          rows?.filter(({ role }) => role === name).map(({ member }) => member),
        ]),
      );
    });
  }

  /** Whether permissions of a role, or on it, are left where it is gone, as far as that may be read. */
  isLeftOf(role: string): Promise<boolean> {
    return this.#left.load(role);
  }

  /** A keyspace; undefined when there is none of that name. */
  keyspace(name: string): Promise<KeyspaceRow | undefined> {
    return this.#keyspaces.load(name);
  }

  /** What the portal's role holds on a keyspace itself; undefined when there is none of that name. */
  held(keyspace: string): Promise<Set<string> | undefined> {
    return this.#held.load(keyspace);
  }

  /** As {@link StepReads.held}, and nothing when there is none of that name. */
  ownOnKeyspace(keyspace: string): Promise<Set<string>> {
    return this.#ownOnKeyspaces.load(keyspace);
  }

  /** What the portal's role holds on a role itself. */
  ownOnRole(role: string): Promise<Set<string>> {
    return this.#ownOnRoles.load(role);
  }

  /** What a role holds itself. */
  permissionsOf(role: string): Promise<HeldPermission[]> {
    return this.#permissions.load(role);
  }

  /** A role with its memberships; undefined when there is none of that name. */
  role(name: string): Promise<RoleState | undefined> {
    return this.#roles.load(name);
  }

  /** The direct members of a role, as a table has them; undefined where that may not be read. */
  membersOf(role: string): Promise<string[] | undefined> {
    return this.#members.load(role);
  }
}

/** All that is asked for in one turn goes into one call, each name once. */
function gathered<V>(
  read: (names: string[]) => Promise<Map<string, V | Error>>,
): DataLoader<string, V> {
  return new DataLoader(
    async names => {
      const found = await read([...new Set(names)]);
      return names.map(name => found.get(name) as V | Error);
    },
    { cache: false },
  );
}

/** One that cannot be read is told to who asked for it, and to nobody else. */
async function each<V>(
  names: readonly string[],
  read: (name: string) => Promise<V>,
): Promise<Map<string, V | Error>> {
  const found = await settleAll(names, CONCURRENT_READS, name =>
    read(name).catch((error: Error) => error),
  );
  return new Map(names.map((name, index) => [name, found[index]]));
}

import { RESERVED_WORDS } from '../cql/reservedWords';

/** The keyspace in which the portal keeps what it must know about a cluster. */
export const META_KEYSPACE = 'data_resources_meta';

/** Cassandra's own limit for a keyspace's name. */
const NAME_LENGTH = 48;

/** The roles of the type and the group role that gives each of them. */
export const ROLE_SUFFIXES = {
  reader: 'ro',
  writer: 'rw',
  owner: 'owner',
} as const;

/** A role that a principal can be granted. */
export type KeyspaceRole = keyof typeof ROLE_SUFFIXES;

/** All of them. */
export const KEYSPACE_ROLES = Object.keys(ROLE_SUFFIXES) as KeyspaceRole[];

/** The group role that gives a role on a keyspace, e.g. `orders_rw`. */
export function groupRole(keyspace: string, role: KeyspaceRole): string {
  return `${keyspace}_${ROLE_SUFFIXES[role]}`;
}

/** All group roles of a keyspace. */
export function groupRoles(keyspace: string): string[] {
  return KEYSPACE_ROLES.map(role => groupRole(keyspace, role));
}

/** What the engine refuses in a name; see `ResourceType.checkName`. */
export function checkName(name: string): string[] {
  if (name === '') {
    return [
      `The name is empty; give 1 to ${NAME_LENGTH} of A-Z, a-z, 0-9 and _`,
    ];
  }
  const problems: string[] = [];
  if (!/^[A-Za-z0-9_]+$/.test(name)) {
    const found = [...new Set(name.replace(/[A-Za-z0-9_]/g, ''))]
      .map(character => JSON.stringify(character))
      .join(' ');
    problems.push(
      `The name holds ${found}; a keyspace's name has only A-Z, a-z, 0-9 and _`,
    );
  }
  if (name.length > NAME_LENGTH) {
    problems.push(
      `The name has ${name.length} characters; a keyspace's name has at most ${NAME_LENGTH}`,
    );
  }
  return problems;
}

/** Whether the name belongs to Cassandra or to the portal, in whatever case. */
export function isReserved(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.startsWith('system') || lower === META_KEYSPACE;
}

/** Why clients must write the name in double quotes; undefined when they need not. */
export function whyQuoted(name: string): string | undefined {
  if (/[A-Z]/.test(name)) {
    return 'it has upper-case letters';
  }
  if (!/^[a-z]/.test(name)) {
    return 'it does not begin with a letter';
  }
  return RESERVED_WORDS.has(name) ? 'it is a word of CQL' : undefined;
}

/** The longest suffix of a group role, `_owner`, must fit into 63 bytes behind the name. */
export const MAX_DATABASE_NAME_LENGTH = 57;

const NAME = /^[a-z][a-z0-9_]*$/;

/** Words that pg_hba.conf reads as something else than a database. */
const HBA_KEYWORDS = new Set(['all', 'sameuser', 'samerole', 'replication']);
const SERVER_DATABASES = new Set(['postgres', 'template0', 'template1']);

/** The group roles of a database. `dba` owns it and is granted to nobody. */
export type GroupRoles = {
  dba: string;
  owner: string;
  rw: string;
  ro: string;
};

/** The group that gives each role of the type. */
export const GROUP_OF_ROLE: { [role: string]: 'owner' | 'rw' | 'ro' } = {
  reader: 'ro',
  writer: 'rw',
  owner: 'owner',
};

/** The names of the group roles of a database, in the order in which they are made. */
export function groupRoles(database: string): GroupRoles {
  return {
    dba: `${database}_dba`,
    owner: `${database}_owner`,
    rw: `${database}_rw`,
    ro: `${database}_ro`,
  };
}

/** What is wrong with the name of a database; empty when nothing is. */
export function checkDatabaseName(name: string): string[] {
  const problems: string[] = [];
  if (name.length === 0) {
    return ['The name is empty; choose one such as orders'];
  }
  if (name.length > MAX_DATABASE_NAME_LENGTH) {
    problems.push(
      `The name has ${name.length} characters; at most ${MAX_DATABASE_NAME_LENGTH} leave room for the group roles <name>_owner, <name>_rw and <name>_ro`,
    );
  }
  if (!NAME.test(name)) {
    problems.push(
      `The name ${JSON.stringify(
        name.slice(0, 80),
      )} is no plain identifier; use lower-case letters, digits and _, beginning with a letter, so that it never needs quotes`,
    );
  }
  return problems;
}

/** Why a name cannot be used on an instance, although it is a legal one. */
export function reservedName(
  name: string,
  adminDatabase: string,
): string | undefined {
  if (SERVER_DATABASES.has(name) || name === adminDatabase) {
    return `${name} belongs to the server itself; choose another name`;
  }
  if (name.startsWith('pg_')) {
    return `Names that begin with pg_ are PostgreSQL's own, and its roles could not be made; choose another name than ${name}`;
  }
  if (HBA_KEYWORDS.has(name)) {
    return `${name} is a keyword of pg_hba.conf, so no rule could name the database; choose another name`;
  }
  return undefined;
}

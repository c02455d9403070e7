import type { GroupRoles } from '../type/names';
import { ident, literal } from './identifiers';
import { membershipOptions, script, whileMember } from './script';
import { DEFAULT_PRIVILEGES, defaultPrivileges } from './defaultPrivileges';

/** What an adoption goes by; a plan keeps it in a step. */
export type Adoption = {
  roles: GroupRoles;
  /** Whose the database is. */
  owner: string;
  /** Whether it is the provisioner's own, so that nobody loses it when it goes to the `_dba`. */
  handOver: boolean;
  /** Roles, besides the provisioner, as which privileges are given. */
  actors: string[];
  /** Roles whose tables, views and sequences are opened, also those that they make later. */
  creators: string[];
  /** Schemas on which privileges can be given. */
  schemas: string[];
};

const GROUPS = ['owner', 'rw', 'ro'] as const;

/**
 * Opens a database to its group roles, beside everybody who has access already. The owner stays and
 * its rights reach the `_dba` as a member: for the rest of the product that is as good as owning it.
 */
export function adoptDatabase(database: string, adoption: Adoption): string {
  const { roles, owner, handOver, actors, creators, schemas } = adoption;
  const on = `ON DATABASE ${ident(database)}`;
  return script(
    whileMember(
      [...actors, roles.dba, roles.owner],
      { inherit: true, set: true },
      [
        handOver
          ? `ALTER DATABASE ${ident(database)} OWNER TO ${ident(roles.dba)}`
          : `GRANT ${ident(owner)} TO ${ident(roles.dba)}${membershipOptions({
              inherit: true,
              set: true,
            })}`,
        `GRANT CONNECT, CREATE, TEMPORARY ${on} TO ${ident(roles.owner)}`,
        `GRANT CONNECT, TEMPORARY ${on} TO ${ident(roles.rw)}`,
        `GRANT CONNECT ${on} TO ${ident(roles.ro)}, SESSION_USER`,
        ...schemas.flatMap(schema =>
          GROUPS.map(
            group =>
              `GRANT ${DEFAULT_PRIVILEGES[group].SCHEMAS.join(
                ', ',
              )} ON SCHEMA ${ident(schema)} TO ${ident(roles[group])}`,
          ),
        ),
        onWhatIsThere(roles, creators),
        ...defaultPrivileges(creators, roles, [...GROUPS]),
        ...defaultPrivileges([roles.owner], roles, ['rw', 'ro']),
      ],
    ),
  );
}

/**
 * One by one: `ON ALL TABLES IN SCHEMA` fails at the first that belongs to somebody else, such as a
 * view of an extension.
 */
function onWhatIsThere(roles: GroupRoles, creators: string[]): string {
  const groups = GROUPS.map(
    group =>
      `(${literal(roles[group])}, ${literal(
        DEFAULT_PRIVILEGES[group].TABLES.join(', '),
      )}, ${literal(DEFAULT_PRIVILEGES[group].SEQUENCES.join(', '))})`,
  );
  const body = `
DECLARE item record;
BEGIN
  FOR item IN
    SELECT nspname, relname, role,
      CASE WHEN relkind = 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
      CASE WHEN relkind = 'S' THEN sequences ELSE tables END AS privileges
    FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace,
      (VALUES ${groups.join(', ')}) AS groups(role, tables, sequences)
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND nspname !~ '^pg_' AND nspname <> 'information_schema'
      AND pg_catalog.pg_get_userbyid(relowner) IN (${creators
        .map(literal)
        .join(', ')})
    ORDER BY 1, 2, 3
  LOOP
    EXECUTE pg_catalog.format('GRANT %s ON %s %I.%I TO %I',
      item.privileges, item.kind, item.nspname, item.relname, item.role);
  END LOOP;
END`;
  return `DO ${dollarQuoted(body)}`;
}

/** As it stands, for people to read; with a tag that the text has not. */
function dollarQuoted(text: string): string {
  let tag = '$$';
  for (let attempt = 0; text.includes(tag); attempt++) {
    tag = `$adopt${attempt}$`;
  }
  return `${tag}${text}\n${tag}`;
}

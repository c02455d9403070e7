import type { GroupRoles } from '../type/names';
import { SCHEMA_GROUPS, type SchemaRoles } from '../type/schemas';
import { ident } from './identifiers';

/** Privileges on what a role will create; the read-back goes by the same table. */
export const DEFAULT_PRIVILEGES: {
  [group in 'ro' | 'rw' | 'owner']: { [kind: string]: readonly string[] };
} = {
  ro: { TABLES: ['SELECT'], SEQUENCES: ['SELECT'], SCHEMAS: ['USAGE'] },
  rw: {
    TABLES: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
    SEQUENCES: ['USAGE', 'SELECT', 'UPDATE'],
    SCHEMAS: ['USAGE'],
  },
  owner: {
    TABLES: [
      'SELECT',
      'INSERT',
      'UPDATE',
      'DELETE',
      'TRUNCATE',
      'REFERENCES',
      'TRIGGER',
    ],
    SEQUENCES: ['USAGE', 'SELECT', 'UPDATE'],
    SCHEMAS: ['USAGE', 'CREATE'],
  },
};

/** That what the roles will create is open to the groups. */
export function defaultPrivileges(
  creators: string[],
  roles: GroupRoles,
  to: ('ro' | 'rw' | 'owner')[],
): string[] {
  return to.flatMap(group =>
    Object.entries(DEFAULT_PRIVILEGES[group]).map(
      ([kind, privileges]) =>
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${ident(
          ...creators,
        )} GRANT ${privileges.join(', ')} ON ${kind} TO ${ident(roles[group])}`,
    ),
  );
}

/**
 * EXECUTE on what is made later goes to groups, and not to PUBLIC, which has it unless told. For
 * all schemas at once: in a single one nothing can be taken that is given everywhere.
 */
export function defaultRoutines(
  creators: string[],
  groups: string[],
): string[] {
  const alter = `ALTER DEFAULT PRIVILEGES FOR ROLE ${ident(...creators)}`;
  return [
    `${alter} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`,
    ...(groups.length === 0
      ? []
      : [`${alter} GRANT EXECUTE ON FUNCTIONS TO ${ident(...groups)}`]),
  ];
}

/** Kinds of objects that stand in a schema, and what its groups may do with those made later. */
const SCHEMA_DEFAULTS = {
  ro: kindsIn('ro'),
  rw: kindsIn('rw'),
  owner: kindsIn('owner'),
};

function kindsIn(group: 'ro' | 'rw' | 'owner'): {
  [kind: string]: readonly string[];
} {
  const { TABLES, SEQUENCES } = DEFAULT_PRIVILEGES[group];
  return { TABLES, SEQUENCES, FUNCTIONS: ['EXECUTE'] };
}

/** Who creates, and for whom; a role needs no privilege on what is its own. */
export function schemaGrants(
  creators: string[],
  schema: SchemaRoles,
): {
  creators: string[];
  grantee: string;
  kind: string;
  privileges: readonly string[];
}[] {
  return SCHEMA_GROUPS.flatMap(group => {
    const grantee = schema[group];
    const others = creators.filter(creator => creator !== grantee);
    return others.length === 0
      ? []
      : Object.entries(SCHEMA_DEFAULTS[group]).map(([kind, privileges]) => ({
          creators: others,
          grantee,
          kind,
          privileges,
        }));
  });
}

/** That what the roles will create in a schema is open to its groups. */
export function schemaDefaults(
  creators: string[],
  schema: SchemaRoles,
): string[] {
  return schemaGrants(creators, schema).map(
    grant =>
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${ident(
        ...grant.creators,
      )} IN SCHEMA ${ident(schema.schema)} GRANT ${grant.privileges.join(
        ', ',
      )} ON ${grant.kind} TO ${ident(grant.grantee)}`,
  );
}

import type { GroupRoles } from '../type/names';
import type { SchemaRoles } from '../type/schemas';
import { defaultRoutines, schemaDefaults } from './defaultPrivileges';
import { ident } from './identifiers';
import { script, whileMember } from './script';
import { membership, worksAs } from './grants';
import { createRoles } from './statements';

/**
 * Schemas with group roles of their own, in the database that they are to be in. The `_dba` owns
 * them, so that no tenant drops or opens one; whoever has a role in the database has it in all of
 * its schemas.
 */
export function createSchemas(options: {
  database: string;
  roles: GroupRoles;
  schemas: SchemaRoles[];
  /** The roles that are to be made. */
  missing: string[];
  marker: string;
  /** Logins that create as themselves. */
  logins: string[];
}): string {
  const { database, roles, schemas, missing, marker, logins } = options;
  const owners = schemas.map(({ owner }) => owner);
  return script([
    ...createRoles(missing, marker),
    ...schemas.flatMap(({ owner, rw, ro }) => [
      membership(owner, [roles.owner]),
      membership(rw, [roles.rw]),
      membership(ro, [roles.ro]),
    ]),
    ...whileMember(
      [roles.dba, roles.owner, ...owners, ...logins],
      { inherit: true, set: true },
      [
        `SET LOCAL ROLE ${ident(roles.dba)}`,
        ...schemas.flatMap(schema => openSchema(database, schema)),
        'SET LOCAL ROLE NONE',
        ...schemas.flatMap(schema => [
          ...defaultRoutines([schema.owner], []),
          ...schemaDefaults([schema.owner, roles.owner, ...logins], schema),
        ]),
      ],
    ),
  ]);
}

function openSchema(
  database: string,
  { schema, owner, rw, ro }: SchemaRoles,
): string[] {
  const name = ident(schema);
  return [
    `CREATE SCHEMA IF NOT EXISTS ${name}`,
    `REVOKE ALL ON SCHEMA ${name} FROM PUBLIC`,
    `GRANT USAGE, CREATE ON SCHEMA ${name} TO ${ident(owner)}`,
    `GRANT USAGE ON SCHEMA ${name} TO ${ident(rw, ro)}`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${ident(database)} TO ${ident(
      owner,
      rw,
    )}`,
    `GRANT CONNECT ON DATABASE ${ident(database)} TO ${ident(ro)}`,
  ];
}

/**
 * As owners of a database work, in one schema: what they make belongs to its group, and what they
 * make as themselves after RESET ROLE is open to its groups.
 */
export function grantSchemaOwner(
  database: string,
  schema: SchemaRoles,
  logins: string[],
): string {
  return script([
    ...worksAs(database, schema.owner, logins),
    ...whileMember(logins, { inherit: true, set: false }, [
      ...defaultRoutines(logins, []),
      ...schemaDefaults(logins, schema),
    ]),
  ]);
}

/**
 * Without CASCADE: PostgreSQL refuses when something is in one of them. What the roles own or may
 * elsewhere in the database goes to the group of owners, or ends.
 */
export function dropSchemas(
  roles: GroupRoles,
  schemas: string[],
  gone: string[],
): string {
  return script([
    ...whileMember(
      [roles.dba, roles.owner, ...gone],
      { inherit: true, set: true },
      [
        ...(schemas.length === 0
          ? []
          : [`DROP SCHEMA IF EXISTS ${ident(...schemas)}`]),
        ...(gone.length === 0
          ? []
          : [
              `REASSIGN OWNED BY ${ident(...gone)} TO ${ident(roles.owner)}`,
              `DROP OWNED BY ${ident(...gone)}`,
            ]),
      ],
    ),
    ...(gone.length === 0 ? [] : [`DROP ROLE ${ident(...gone)}`]),
  ]);
}

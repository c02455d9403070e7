import type { RoleDefinition } from '@data-resources/plugin-data-resources-node';
import { GROUP_OF_ROLE, groupRoles } from './names';
import { type SchemaGroup, type SchemaRoles, schemaRoles } from './schemas';
import type { DatabaseSpec } from './specSchema';

/** Stands between a role and the schema that it is on, as in `reader:sales`. */
const OF_SCHEMA = ':';

/** What gives a role of a database, or of one of its schemas. */
export type GrantedGroup = {
  group: SchemaGroup;
  /** Absent: of the whole database. */
  schema?: SchemaRoles;
};

/** The roles that are held on a database for all of its schemas. */
export const DATABASE_ROLES: readonly RoleDefinition[] = [
  {
    name: 'reader',
    title: 'Reader',
    description:
      'CONNECT, USAGE on schemas, SELECT on tables and sequences, EXECUTE on functions, present and future',
  },
  {
    name: 'writer',
    title: 'Writer',
    description:
      'What a reader may, and INSERT, UPDATE, DELETE on tables, USAGE and UPDATE on sequences, TEMPORARY',
  },
  {
    name: 'owner',
    title: 'Owner',
    description:
      'For migrations: CREATE on the database and its schemas; what an owner makes belongs to the group of owners. Cannot drop or rename the database',
  },
];

/** The roles that are held on single schemas of a database. */
export function schemaRoleDefinitions({
  schemas = [],
}: Pick<DatabaseSpec, 'schemas'>): RoleDefinition[] {
  return schemas.flatMap(schema => [
    {
      name: `reader${OF_SCHEMA}${schema}`,
      title: `Reader of ${schema}`,
      description: `What a reader may, in the schema ${schema} alone`,
    },
    {
      name: `writer${OF_SCHEMA}${schema}`,
      title: `Writer of ${schema}`,
      description: `What a writer may, in the schema ${schema} alone`,
    },
    {
      name: `owner${OF_SCHEMA}${schema}`,
      title: `Owner of ${schema}`,
      description: `For migrations of the schema ${schema} alone: CREATE in it; what is made belongs to the schema's group of owners. No CREATE on the database`,
    },
  ]);
}

/** The group that gives a role, such as `reader` or `reader:sales`. */
export function groupOf(database: string, role: string): GrantedGroup {
  const [name, schema] = role.split(OF_SCHEMA);
  const group = GROUP_OF_ROLE[name];
  return schema === undefined
    ? { group }
    : { group, schema: schemaRoles(database, schema) };
}

/** The name of the group role that gives a role. */
export function groupRoleOf(database: string, role: string): string {
  const { group, schema } = groupOf(database, role);
  return (schema ?? groupRoles(database))[group];
}

/** The schema that a role is on, if it is on one alone. */
export function schemaOf(role: string): string | undefined {
  return role.split(OF_SCHEMA)[1];
}

/** Whether logins with the role create, and so work as the group. */
export function isCreating(role: string): boolean {
  return role.split(OF_SCHEMA)[0] === 'owner';
}

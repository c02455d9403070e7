/** Stands between a database and a schema in a role's name, and in no name of either. */
const SEPARATOR = '.';

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** The group roles of one schema of a database. */
export type SchemaRoles = {
  schema: string;
  owner: string;
  rw: string;
  ro: string;
};

/** The groups of a schema, in the order in which they are made. */
export const SCHEMA_GROUPS = ['owner', 'rw', 'ro'] as const;

/** One of the groups of a schema. */
export type SchemaGroup = (typeof SCHEMA_GROUPS)[number];

/**
 * The names of the group roles of a schema, e.g. `orders.sales_rw`. No other database's role can
 * have one of them: with `_` between, the schema `b_c` of `a` and `c` of `a_b` would share theirs.
 */
export function schemaRoles(database: string, schema: string): SchemaRoles {
  const base = `${database}${SEPARATOR}${schema}`;
  return {
    schema,
    owner: `${base}_owner`,
    rw: `${base}_rw`,
    ro: `${base}_ro`,
  };
}

/** The longest that the names of a database and a schema may be together. */
export const MAX_SCHEMA_ROLE_STEM = 63 - `${SEPARATOR}_owner`.length;

/** Whether the group roles of a schema have names that the server does not cut. */
export function hasRoomForRoles(database: string, schema: string): boolean {
  return database.length + schema.length <= MAX_SCHEMA_ROLE_STEM;
}

/** The names of the roles of schemas. */
export function namesOfSchemaRoles(schemas: readonly SchemaRoles[]): string[] {
  return schemas.flatMap(roles => SCHEMA_GROUPS.map(group => roles[group]));
}

/** What is wrong with the name of a schema, or undefined. */
export function checkSchemaName(name: string): string | undefined {
  if (!NAME.test(name)) {
    return 'expected lower-case letters, digits and _, beginning with a letter, at most 63 of them, such as sales';
  }
  if (name === 'public') {
    return 'public is there in every database, for its own group roles; leave it out';
  }
  return name.startsWith('pg_') || name === 'information_schema'
    ? `${name} is a name of PostgreSQL's own; choose another`
    : undefined;
}

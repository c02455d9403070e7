import { quoteIdentifier } from '../cql/quote';

/** How `LIST PERMISSIONS` names what a permission is on. */
export const ALL_KEYSPACES = '<all keyspaces>';
export const ALL_ROLES = '<all roles>';

export function keyspaceResource(keyspace: string): string {
  return `<keyspace ${keyspace}>`;
}

export function tablesResource(keyspace: string): string {
  return `<all tables in ${keyspace}>`;
}

export function roleResource(role: string): string {
  return `<role ${role}>`;
}

/** The table that a resource is, if it is one of the keyspace. */
export function tableOf(
  resource: string,
  keyspace: string,
): string | undefined {
  const match = /^<table (\w+)\.(\w+)>$/.exec(resource);
  return match?.[1] === keyspace ? match[2] : undefined;
}

/** The keyspace that a resource is, or is in as tables are. */
export function keyspaceOf(resource: string): string | undefined {
  const match =
    /^<(?:keyspace|all tables in) (\w+)>$/.exec(resource) ??
    /^<table (\w+)\.\w+>$/.exec(resource);
  return match?.[1];
}

/** In CQL, what a resource is, if it is a keyspace or tables of it. */
export function targetWithin(
  resource: string,
  keyspace: string,
): string | undefined {
  const name = quoteIdentifier(keyspace);
  if (resource === keyspaceResource(keyspace)) {
    return `KEYSPACE ${name}`;
  }
  if (resource === tablesResource(keyspace)) {
    return `ALL TABLES IN KEYSPACE ${name}`;
  }
  const table = tableOf(resource, keyspace);
  return table === undefined
    ? undefined
    : `TABLE ${name}.${quoteIdentifier(table)}`;
}

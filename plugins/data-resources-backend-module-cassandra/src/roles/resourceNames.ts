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

/** How `system_auth.role_permissions` names the keyspace, the role or all tables of a keyspace that a resource is. */
export function storedAs(resource: string): string {
  const [, kind, name] =
    /^<(keyspace|role|all tables in) (\w+)>$/.exec(resource) ?? [];
  switch (kind) {
    case 'keyspace':
      return `data/${name}`;
    case 'all tables in':
      return `data/${name}/*`;
    case 'role':
      return `roles/${name}`;
    default:
      return resource;
  }
}

/** How `LIST PERMISSIONS` names a resource that is stored; those that are no data and no role as they are stored. */
export function toldAs(stored: string): string {
  if (stored === 'data') {
    return ALL_KEYSPACES;
  }
  const [, data, table] = /^data\/(\w+)(?:\/(\*|\w+))?$/.exec(stored) ?? [];
  if (data !== undefined) {
    switch (table) {
      case undefined:
        return keyspaceResource(data);
      case '*':
        return tablesResource(data);
      default:
        return `<table ${data}.${table}>`;
    }
  }
  const [, role] = /^roles\/(.+)$/.exec(stored) ?? [];
  return role === undefined ? stored : roleResource(role);
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

import { quoteIdentifier, quoteLiteral } from '../cql/quote';

/** How `LIST PERMISSIONS` names what a permission is on. */
export const ALL_KEYSPACES = '<all keyspaces>';
export const ALL_ROLES = '<all roles>';
export const ALL_FUNCTIONS = '<all functions>';

export function keyspaceResource(keyspace: string): string {
  return `<keyspace ${keyspace}>`;
}

export function tablesResource(keyspace: string): string {
  return `<all tables in ${keyspace}>`;
}

export function functionsResource(keyspace: string): string {
  return `<all functions in ${keyspace}>`;
}

export function roleResource(role: string): string {
  return `<role ${role}>`;
}

/**
 * How `system_auth.role_permissions` names the keyspace, the role, or all tables or functions of a keyspace that a
 * resource is.
 */
export function storedAs(resource: string): string {
  const [, kind, name] =
    /^<(keyspace|role|all tables in|all functions in) (\w+)>$/.exec(resource) ??
    [];
  switch (kind) {
    case 'keyspace':
      return `data/${name}`;
    case 'all tables in':
      return `data/${name}/*`;
    case 'all functions in':
      return `functions/${name}`;
    case 'role':
      return `roles/${name}`;
    default:
      return resource;
  }
}

const STORED_ROOTS: { readonly [stored: string]: string | undefined } = {
  data: ALL_KEYSPACES,
  roles: ALL_ROLES,
  functions: ALL_FUNCTIONS,
};

/** How `LIST PERMISSIONS` names a resource that is stored; as it is stored where that is in Java's words. */
export function toldAs(stored: string): string {
  const root = Object.hasOwn(STORED_ROOTS, stored) && STORED_ROOTS[stored];
  if (root) {
    return root;
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
  if (role !== undefined) {
    return roleResource(role);
  }
  const [, functionsOf] = /^functions\/(\w+)$/.exec(stored) ?? [];
  return functionsOf === undefined ? stored : functionsResource(functionsOf);
}

/** Whether a resource is named as `LIST PERMISSIONS` does. */
export function isTold(resource: string): boolean {
  return resource.startsWith('<');
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

/** A function that a resource is, as CQL calls it within its keyspace. */
const FUNCTION = /^<function (\w+)\.(\w+)\(([\w<>," ]*)\)>$/;

/** In CQL, what a resource is, if it is a keyspace, or tables or functions of it. */
export function targetWithin(
  resource: string,
  keyspace: string,
): string | undefined {
  const name = quoteIdentifier(keyspace);
  switch (resource) {
    case keyspaceResource(keyspace):
      return `KEYSPACE ${name}`;
    case tablesResource(keyspace):
      return `ALL TABLES IN KEYSPACE ${name}`;
    case functionsResource(keyspace):
      return `ALL FUNCTIONS IN KEYSPACE ${name}`;
    default:
  }
  const table = tableOf(resource, keyspace);
  if (table !== undefined) {
    return `TABLE ${name}.${quoteIdentifier(table)}`;
  }
  const [, of, named, types] = FUNCTION.exec(resource) ?? [];
  return of === keyspace
    ? `FUNCTION ${name}.${quoteIdentifier(named)}(${types})`
    : undefined;
}

/** Whether a resource is functions, who may let others use them being another matter than tables. */
export function isOfFunctions(resource: string): boolean {
  return /^<(all functions|function )/.test(resource);
}

/** In CQL, any resource. */
export function targetOf(resource: string): string {
  const [, keyspace = ''] =
    /^<(?:keyspace |table |function |all (?:tables|functions) in )(\w+)/.exec(
      resource,
    ) ?? [];
  const [, noun, name] = /^<(role|mbean) (.+)>$/.exec(resource) ?? [];
  switch (noun) {
    case 'role':
      return `ROLE ${quoteIdentifier(name)}`;
    case 'mbean':
      return `MBEAN ${quoteLiteral(name)}`;
    default:
      return (
        (keyspace === '' ? undefined : targetWithin(resource, keyspace)) ??
        resource.slice(1, -1).replace(/^all \w+$/, all => all.toUpperCase())
      );
  }
}

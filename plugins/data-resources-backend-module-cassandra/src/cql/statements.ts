import { quoteIdentifier, quoteLiteral } from './quote';

/** Stands for a verifier wherever a statement is shown. */
export const VERIFIER_PLACEHOLDER = '<bcrypt hash>';

/** What a permission is given on. */
export type Target = 'keyspace' | 'tables';

/** Permissions of a role on a keyspace or on all its tables, present and future. */
export type Permissions = {
  role: string;
  permissions: string[];
  on: Target;
  keyspace: string;
};

/** `CREATE KEYSPACE`, data centres in the order of their names. */
export function createKeyspace(options: {
  keyspace: string;
  replication: { [dataCenter: string]: number };
  durableWrites: boolean;
  ifNotExists?: boolean;
}): string {
  const { keyspace, replication, durableWrites, ifNotExists } = options;
  return `CREATE KEYSPACE ${
    ifNotExists ? 'IF NOT EXISTS ' : ''
  }${quoteIdentifier(keyspace)} WITH replication = ${replicationMap(
    replication,
  )} AND durable_writes = ${durableWrites}`;
}

/** `ALTER KEYSPACE` to the whole definition, so that nothing of the old one is left. */
export function alterKeyspace(options: {
  keyspace: string;
  replication: { [dataCenter: string]: number };
  durableWrites: boolean;
}): string {
  const { keyspace, replication, durableWrites } = options;
  return `ALTER KEYSPACE ${quoteIdentifier(
    keyspace,
  )} WITH replication = ${replicationMap(
    replication,
  )} AND durable_writes = ${durableWrites}`;
}

/** The value of a keyspace's `replication` with `NetworkTopologyStrategy`. */
export function replicationMap(replication: {
  [dataCenter: string]: number;
}): string {
  const replicas = Object.keys(replication)
    .sort()
    .map(name => `, ${quoteLiteral(name)}: ${replication[name]}`);
  return `{'class': 'NetworkTopologyStrategy'${replicas.join('')}}`;
}

export function dropKeyspace(keyspace: string): string {
  return `DROP KEYSPACE ${quoteIdentifier(keyspace)}`;
}

/**
 * A role that cannot log in; a login becomes able to by {@link enableLogin}.
 *
 * @param dataCenters - through which it may come in then; all unless told
 */
export function createRole(
  role: string,
  dataCenters?: readonly string[],
): string {
  return `CREATE ROLE ${quoteIdentifier(
    role,
  )} WITH SUPERUSER = false AND LOGIN = false${
    dataCenters === undefined ? '' : ` AND ${accessTo(dataCenters)}`
  }`;
}

/** What an administrator runs to limit a login that exists: nobody else may. */
export function limitLogin(
  login: string,
  dataCenters: readonly string[],
): string {
  return `ALTER ROLE ${quoteIdentifier(login)} WITH ${accessTo(dataCenters)}`;
}

export function dropRole(role: string): string {
  return `DROP ROLE ${quoteIdentifier(role)}`;
}

export function grantPermissions(grant: Permissions): string {
  return `GRANT ${grant.permissions.join(', ')} ON ${targetOf(
    grant,
  )} TO ${quoteIdentifier(grant.role)}`;
}

/** Takes what {@link grantPermissions} gives. */
export function revokePermissions(grant: Permissions): string {
  return revokeFrom(grant.role, grant.permissions, targetOf(grant));
}

/** @param target - in CQL, quoted already, e.g. `KEYSPACE "orders"` */
export function revokeFrom(
  role: string,
  permissions: readonly string[],
  target: string,
): string {
  return `REVOKE ${permissions.join(', ')} ON ${target} FROM ${quoteIdentifier(
    role,
  )}`;
}

/** Takes what a login has on one table by having made it. */
export function revokeTable(
  keyspace: string,
  table: string,
  login: string,
): string {
  return `REVOKE ALL PERMISSIONS ON TABLE ${quoteIdentifier(
    keyspace,
  )}.${quoteIdentifier(table)} FROM ${quoteIdentifier(login)}`;
}

export function grantRole(role: string, login: string): string {
  return `GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(login)}`;
}

export function revokeRole(role: string, login: string): string {
  return `REVOKE ${quoteIdentifier(role)} FROM ${quoteIdentifier(login)}`;
}

/** Holds a verifier: never to be logged or shown. */
export function enableLogin(login: string, bcryptHash: string): string {
  return `ALTER ROLE ${quoteIdentifier(
    login,
  )} WITH HASHED PASSWORD = ${quoteLiteral(bcryptHash)} AND LOGIN = true`;
}

export function disableLogin(login: string): string {
  return `ALTER ROLE ${quoteIdentifier(login)} WITH LOGIN = false`;
}

/** What an administrator runs where somebody made a role a superuser. */
export function revokeSuperuser(role: string): string {
  return `ALTER ROLE ${quoteIdentifier(role)} WITH SUPERUSER = false`;
}

/** What an administrator runs to give the provisioner back what it has on what it made. */
export function grantKeyspaceTo(keyspace: string, provisioner: string): string {
  return `GRANT ALL PERMISSIONS ON KEYSPACE ${quoteIdentifier(
    keyspace,
  )} TO ${quoteIdentifier(provisioner)}`;
}

/** As {@link grantKeyspaceTo}, for a role. */
export function grantRoleRightsTo(role: string, provisioner: string): string {
  return `GRANT ALL PERMISSIONS ON ROLE ${quoteIdentifier(
    role,
  )} TO ${quoteIdentifier(provisioner)}`;
}

function accessTo(dataCenters: readonly string[]): string {
  return `ACCESS TO DATACENTERS {${dataCenters.map(quoteLiteral).join(', ')}}`;
}

/** What permissions are given on. */
export function targetOf({ on, keyspace }: Permissions): string {
  const name = quoteIdentifier(keyspace);
  return on === 'keyspace'
    ? `KEYSPACE ${name}`
    : `ALL TABLES IN KEYSPACE ${name}`;
}

import {
  becomes,
  type Catalog,
  type DatabaseRow,
  readCatalog,
  settingsOf,
} from '../provider/catalog';
import { judgeDatabase } from '../provider/identity';
import {
  hasDefaultPrivileges,
  hasDefaultRoutines,
  readPrivileges,
  type TenantCatalog,
} from '../provider/tenantCatalog';
import {
  addExtensions,
  becomeMember,
  prepareDatabase as statement,
} from '../sql/statements';
import type { GroupRoles } from '../type/names';
import { isCreated } from './alterExtensions';
import {
  evidenceOf,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Evidence = { oid: number; isMember?: boolean };
type Args = {
  roles: GroupRoles;
  parameters?: { [name: string]: string };
  extensions?: string[];
};

/**
 * Inside a new database, in one transaction: closes it and its schema `public` to PUBLIC, opens both
 * to its groups, and sets parameters and default privileges; extensions in another one.
 */
export const prepareDatabase: StepHandler<Args> = {
  kind: 'prepare-database',

  describe: (args, database) =>
    `-- in the database ${database}\n${statements(args, database).join('\n')}`,

  roles: ({ roles }) => Object.values(roles),

  async check({ object, args }, catalog, { connections, deadline }) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const { oid, hasDefaults } = found.row;
    const { dba, owner } = args.roles;
    const isMember = becomes(catalog, dba) && becomes(catalog, owner);
    if (!hasDefaults || !isConfigured(found.row, args)) {
      return pending({ oid, isMember });
    }
    const tenant = await connections.withDatabase(
      object.name,
      deadline,
      readPrivileges,
    );
    if (tenant.oid !== oid) {
      return notOurs(object.name, 'foreign');
    }
    return isPrepared(tenant, args) ? satisfied() : pending({ oid, isMember });
  },

  async act(step, { connections, deadline }) {
    const { object, args } = step;
    const { name } = object;
    const { oid, isMember } = evidenceOf<Evidence>(step);
    const { dba, owner } = args.roles;
    return connections.withDatabase(name, deadline, async session => {
      // It ended with what prepared the database before, or was never begun by an older plan.
      const first = isMember ? [] : [becomeMember(dba, owner)];
      for (const each of [...first, ...statements(args, name)]) {
        await session.write(`preparing the database ${name}`, each);
      }
      // What cannot be read back here is left to a check.
      const [tenant, catalog] = await Promise.all([
        readPrivileges(session),
        connections.withAdmin(deadline, admin => readCatalog(admin, [name])),
      ]).catch(() => []);
      return tenant?.oid === oid && isDone(catalog, tenant, { object, args })
        ? satisfied()
        : undefined;
    });
  },
};

function statements(
  { roles, parameters = {}, extensions = [] }: Args,
  database: string,
): string[] {
  return [
    statement(database, roles, parameters),
    ...(extensions.length === 0 ? [] : [addExtensions(roles.dba, extensions)]),
  ];
}

function isDone(
  catalog: Catalog | undefined,
  tenant: Omit<TenantCatalog, 'schemas'>,
  { object, args }: { object: { name: string }; args: Args },
): boolean {
  const row = catalog?.databases.get(object.name);
  return (
    row !== undefined &&
    row.oid === tenant.oid &&
    isConfigured(row, args) &&
    isPrepared(tenant, args)
  );
}

/** Read from `datacl`, for a GRANT without the right to it only warns. */
function isConfigured(
  row: DatabaseRow,
  { roles, parameters = {} }: Args,
): boolean {
  const has = (grantee: string, ...privileges: string[]) =>
    privileges.every(privilege =>
      row.acl.some(
        entry => entry.grantee === grantee && entry.privilege === privilege,
      ),
    );
  const settings = settingsOf(row);
  return (
    !row.acl.some(({ grantee }) => grantee === 'PUBLIC') &&
    has(roles.owner, 'CONNECT', 'CREATE', 'TEMPORARY') &&
    has(roles.rw, 'CONNECT', 'TEMPORARY') &&
    has(roles.ro, 'CONNECT') &&
    Object.entries(parameters).every(
      ([name, value]) => settings.get(name.toLowerCase()) === value,
    )
  );
}

function isPrepared(
  tenant: Omit<TenantCatalog, 'schemas'>,
  { roles, extensions = [] }: Args,
): boolean {
  const has = (grantee: string, privilege: string) =>
    tenant.publicAcl.some(
      entry => entry.grantee === grantee && entry.privilege === privilege,
    );
  return (
    !tenant.publicAcl.some(({ grantee }) => grantee === 'PUBLIC') &&
    has(roles.owner, 'USAGE') &&
    has(roles.owner, 'CREATE') &&
    has(roles.rw, 'USAGE') &&
    has(roles.ro, 'USAGE') &&
    hasDefaultPrivileges(tenant, roles.owner, roles, ['rw', 'ro']) &&
    hasDefaultRoutines(tenant, roles.owner, [roles.rw, roles.ro]) &&
    isCreated(extensions, tenant)
  );
}

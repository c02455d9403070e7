import { judgeDatabase } from '../provider/identity';
import {
  hasDefaultPrivileges,
  readTenantCatalog,
  type TenantCatalog,
} from '../provider/tenantCatalog';
import { prepareSchema as statement } from '../sql/statements';
import type { GroupRoles } from '../type/names';
import { notOurs, pending, satisfied, type StepHandler } from './StepHandler';

type Args = { roles: GroupRoles; extensions: string[] };

/** Inside the database: the public schema, default privileges, extensions; one transaction. */
export const prepareSchema: StepHandler<Args> = {
  kind: 'prepare-schema',

  describe: ({ roles, extensions }, database) =>
    `-- in the database ${database}\n${statement(roles, extensions)}`,

  roles: ({ roles }) => Object.values(roles),

  async check({ object, args }, catalog, { connections, deadline }) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const tenant = await connections.withDatabase(
      object.name,
      deadline,
      readTenantCatalog,
    );
    if (tenant.oid !== found.row.oid) {
      return notOurs(object.name, 'foreign');
    }
    return isPrepared(tenant, args) ? satisfied() : pending();
  },

  async act({ object, args }, { connections, deadline }) {
    await connections.withDatabase(object.name, deadline, session =>
      session.write(
        `preparing the schema of ${object.name}`,
        statement(args.roles, args.extensions),
      ),
    );
  },
};

function isPrepared(tenant: TenantCatalog, { roles, extensions }: Args) {
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
    extensions.every(name => tenant.extensions.includes(name))
  );
}

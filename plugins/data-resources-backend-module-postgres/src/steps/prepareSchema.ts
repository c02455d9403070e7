import { judgeDatabase } from '../provider/identity';
import {
  hasDefaultPrivileges,
  hasDefaultRoutines,
  readPrivileges,
  type TenantCatalog,
} from '../provider/tenantCatalog';
import { prepareSchema as statement } from '../sql/statements';
import type { GroupRoles } from '../type/names';
import { isCreated } from './alterExtensions';
import {
  evidenceOf,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Evidence = { oid: number };
type Args = {
  roles: GroupRoles;
  extensions: string[];
  /** Whether EXECUTE on what is made later is taken from PUBLIC. */
  routines?: boolean;
};

/** Inside the database: the public schema, default privileges, extensions; one transaction. */
export const prepareSchema: StepHandler<Args> = {
  kind: 'prepare-schema',

  describe: ({ roles, extensions, routines }, database) =>
    `-- in the database ${database}\n${statement(roles, extensions, {
      routines,
    })}`,

  roles: ({ roles }) => Object.values(roles),

  async check({ object, args }, catalog, { connections, deadline }) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const { oid, hasDefaults } = found.row;
    if (!hasDefaults) {
      return pending({ oid });
    }
    const tenant = await connections.withDatabase(
      object.name,
      deadline,
      readPrivileges,
    );
    if (tenant.oid !== found.row.oid) {
      return notOurs(object.name, 'foreign');
    }
    return isPrepared(tenant, args) ? satisfied() : pending({ oid });
  },

  async act(step, { connections, deadline }) {
    const { object, args } = step;
    return connections.withDatabase(object.name, deadline, async session => {
      await session.write(
        `preparing the schema of ${object.name}`,
        statement(args.roles, args.extensions, { routines: args.routines }),
      );
      const tenant = await readPrivileges(session);
      return tenant.oid === evidenceOf<Evidence>(step).oid &&
        isPrepared(tenant, args)
        ? satisfied()
        : undefined;
    });
  },
};

function isPrepared(
  tenant: Omit<TenantCatalog, 'schemas'>,
  { roles, extensions, routines }: Args,
) {
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
    (!routines ||
      hasDefaultRoutines(tenant, roles.owner, [roles.rw, roles.ro])) &&
    isCreated(extensions, tenant)
  );
}

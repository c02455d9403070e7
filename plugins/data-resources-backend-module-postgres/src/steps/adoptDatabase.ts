import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { readMissing } from '../provider/adoption';
import type { Catalog, DatabaseRow } from '../provider/catalog';
import { notOursMessage } from '../provider/identity';
import {
  hasDefaultPrivileges,
  readExtensions,
  readTenantCatalog,
  type TenantCatalog,
} from '../provider/tenantCatalog';
import { adoptDatabase as statement, type Adoption } from '../sql/adoption';
import { DEFAULT_PRIVILEGES } from '../sql/defaultPrivileges';
import { notOurs, pending, satisfied, type StepHandler } from './StepHandler';

type Args = Adoption & { systemIdentifier: string; database: number };

/** Inside the database, in one transaction: all that makes it ours. Its oid is recorded last. */
export const adoptDatabase: StepHandler<Args> = {
  kind: 'adopt-database',

  describe: (args, database) =>
    `-- in the database ${database}\n${statement(database, args)}`,

  roles: ({ roles, actors }) => [...Object.values(roles), ...actors],

  async check({ object, args }, catalog, { connections, deadline }) {
    const row = catalog.databases.get(object.name);
    if (!row || !isPlanned(row, catalog, args)) {
      return notOurs(object.name, row ? 'foreign' : 'absent');
    }
    if (!isOpen(row, catalog, args)) {
      return pending();
    }
    return connections.withDatabase(object.name, deadline, async session => {
      const { oid, missing } = await readMissing(session, {
        ...args,
        privileges: DEFAULT_PRIVILEGES,
      });
      if (oid !== row.oid) {
        return notOurs(object.name, 'foreign');
      }
      return missing || !hasDefaults(await readTenantCatalog(session), args)
        ? pending()
        : satisfied({ database: row.oid });
    });
  },

  async act({ object: { name }, args }, { connections, deadline }) {
    await connections.withDatabase(name, deadline, async session => {
      // A session stays with the database that it was opened to, whoever has the name later.
      if ((await readExtensions(session)).oid !== args.database) {
        throw new ProviderError('Conflict', notOursMessage(name, 'foreign'));
      }
      await session.write(
        `adopting the database ${name}`,
        statement(name, args),
      );
    });
  },
};

function isPlanned(row: DatabaseRow, catalog: Catalog, args: Args): boolean {
  return (
    catalog.systemIdentifier === args.systemIdentifier &&
    row.oid === args.database
  );
}

/** Whether the `_dba` has an owner's rights, and the groups may connect. */
function isOpen(
  row: DatabaseRow,
  { memberships }: Catalog,
  { roles, owner, handOver }: Args,
): boolean {
  const has = (grantee: string, ...privileges: string[]) =>
    privileges.every(privilege =>
      row.acl.some(
        entry => entry.grantee === grantee && entry.privilege === privilege,
      ),
    );
  const held = handOver
    ? row.ownerName === roles.dba
    : row.ownerName === owner &&
      memberships.some(
        ({ role, member, inherit }) =>
          role === owner && member === roles.dba && inherit,
      );
  return (
    held &&
    has(roles.owner, 'CONNECT', 'CREATE', 'TEMPORARY') &&
    has(roles.rw, 'CONNECT', 'TEMPORARY') &&
    has(roles.ro, 'CONNECT')
  );
}

function hasDefaults(tenant: TenantCatalog, { roles, creators }: Args) {
  return (
    creators.every(creator =>
      hasDefaultPrivileges(tenant, creator, roles, ['owner', 'rw', 'ro']),
    ) && hasDefaultPrivileges(tenant, roles.owner, roles, ['rw', 'ro'])
  );
}

import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { DatabaseRow } from '../provider/catalog';
import { judgeDatabase, notOursMessage } from '../provider/identity';
import {
  type DefaultPrivilege,
  readExtensions,
  readPrivileges,
  type TenantCatalog,
} from '../provider/tenantCatalog';
import { regrant, type Regrant } from '../sql/upkeep';
import type { GroupRoles } from '../type/names';
import {
  evidenceOf,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = Regrant & { roles: GroupRoles };
type Evidence = { oid: number };

/** Gives again what somebody took of what the portal gave, and nothing else. */
export const mendPrivileges: StepHandler<Args> = {
  kind: 'mend-privileges',

  describe: ({ roles, ...lost }, database) =>
    `${isInside(lost) ? `-- in the database ${database}\n` : ''}${regrant(
      database,
      roles,
      lost,
    )}`,

  roles: ({ roles }) => Object.values(roles),

  async check({ object, args }, catalog, { connections, deadline }) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const { oid } = found.row;
    if (!isGivenOnDatabase(found.row, args)) {
      return pending({ oid });
    }
    if (!isInside(args)) {
      return satisfied();
    }
    const tenant = await connections.withDatabase(
      object.name,
      deadline,
      readPrivileges,
    );
    if (tenant.oid !== oid) {
      return notOurs(object.name, 'foreign');
    }
    return isGivenInside(tenant, args) ? satisfied() : pending({ oid });
  },

  async act(step, { connections, deadline }) {
    const { name } = step.object;
    const { roles, ...lost } = step.args;
    const { oid } = evidenceOf<Evidence>(step) as Evidence;
    const what = `giving again what is gone of the privileges on ${name}`;
    if (!isInside(lost)) {
      await connections.withAdmin(deadline, session =>
        session.write(what, regrant(name, roles, lost)),
      );
      return;
    }
    await connections.withDatabase(name, deadline, async session => {
      // A session stays with the database that it was opened to, whoever has the name later.
      if ((await readExtensions(session)).oid !== oid) {
        throw new ProviderError('Conflict', notOursMessage(name, 'foreign'));
      }
      await session.write(what, regrant(name, roles, lost));
    });
  },
};

function isInside({ schema, defaults }: Regrant): boolean {
  return schema.length + defaults.length > 0;
}

/** Read from `datacl`, for a GRANT without the right to it only warns. */
function isGivenOnDatabase({ acl }: DatabaseRow, { database }: Regrant) {
  return has(acl, database);
}

function isGivenInside(
  { publicAcl, defaults }: Omit<TenantCatalog, 'schemas'>,
  { roles, schema, defaults: lost }: Args,
): boolean {
  const made = (creator: string, kind: string): DefaultPrivilege[] =>
    defaults.filter(
      entry =>
        entry.creator === creator &&
        entry.schema === null &&
        entry.kind === kind,
    );
  return (
    has(publicAcl, schema) &&
    lost.every(each =>
      has(made(each.creator ?? roles.owner, each.kind), [each]),
    )
  );
}

function has(
  acl: readonly { grantee: string; privilege: string }[],
  wanted: readonly { grantee: string; privileges: string[] }[],
): boolean {
  return wanted.every(({ grantee, privileges }) =>
    privileges.every(privilege =>
      acl.some(
        entry => entry.grantee === grantee && entry.privilege === privilege,
      ),
    ),
  );
}

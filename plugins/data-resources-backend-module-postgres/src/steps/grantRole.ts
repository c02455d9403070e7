import type { Catalog } from '../provider/catalog';
import { judgeDatabase, ownGroupRole } from '../provider/identity';
import {
  hasDefaultPrivileges,
  readTenantCatalog,
} from '../provider/tenantCatalog';
import { grantGroup, grantOwner } from '../sql/statements';
import type { GroupRoles } from '../type/names';
import {
  conflict,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
  type StepScope,
} from './StepHandler';

/** A grant of one group role to both slots; `group` is a key of `roles`. */
export type GroupGrant = {
  roles: GroupRoles;
  group: 'owner' | 'rw' | 'ro';
  a: string;
  b: string;
};

/** Makes both slots members of a group. Owners create as the group, so that it owns all. */
export const grantRole: StepHandler<GroupGrant> = {
  kind: 'grant-role',

  describe: ({ roles, group, a, b }, database) =>
    group === 'owner'
      ? `-- in the database ${database}\n${grantOwner(database, roles, [a, b])}`
      : grantGroup(roles[group], [a, b]),

  roles: ({ roles, a, b }) => [...Object.values(roles), a, b],

  async check({ object, args }, catalog, scope) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const role = args.roles[args.group];
    if (!ownGroupRole(object, catalog, args.group, role)) {
      return conflict(
        `The group role ${role} is gone or not the one that was created here; ask the platform team to mend it`,
      );
    }
    const granted =
      isMember(catalog, args) &&
      (args.group !== 'owner' ||
        (setsRole(found.row.roleSettings, args) &&
          (await ownersDefaults(object.name, args, scope))));
    return granted ? satisfied() : pending();
  },

  async act({ object, args }, { connections, deadline }) {
    const { roles, group, a, b } = args;
    const what = `granting ${roles[group]} to ${a} and ${b}`;
    if (group === 'owner') {
      await connections.withDatabase(object.name, deadline, session =>
        session.write(what, grantOwner(object.name, roles, [a, b])),
      );
    } else {
      await connections.withAdmin(deadline, session =>
        session.write(what, grantGroup(roles[group], [a, b])),
      );
    }
  },
};

function isMember(catalog: Catalog, { roles, group, a, b }: GroupGrant) {
  return [a, b].every(login =>
    catalog.memberships.some(
      entry =>
        entry.role === roles[group] &&
        entry.member === login &&
        entry.granted &&
        entry.inherit &&
        (entry.set ?? group === 'owner') === (group === 'owner'),
    ),
  );
}

function setsRole(
  settings: { role: string; settings: string[] }[],
  { roles, a, b }: GroupGrant,
): boolean {
  return [a, b].every(login =>
    settings.some(
      entry =>
        entry.role === login && entry.settings.includes(`role=${roles.owner}`),
    ),
  );
}

async function ownersDefaults(
  database: string,
  { roles, a, b }: GroupGrant,
  { connections, deadline }: StepScope,
): Promise<boolean> {
  const tenant = await connections.withDatabase(
    database,
    deadline,
    readTenantCatalog,
  );
  return [a, b].every(login =>
    hasDefaultPrivileges(tenant, login, roles, ['owner', 'rw', 'ro']),
  );
}

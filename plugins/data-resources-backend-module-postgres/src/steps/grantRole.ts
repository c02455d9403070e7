import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import type { Catalog } from '../provider/catalog';
import {
  type DatabaseState,
  identityHere,
  judgeDatabase,
  ownGroupRole,
  ownSchemaRoles,
} from '../provider/identity';
import {
  hasDefaultPrivileges,
  hasDefaultRoutines,
  hasSchemaDefaults,
  readPrivileges,
} from '../provider/tenantCatalog';
import { grantSchemaOwner } from '../sql/schemas';
import { grantGroup, grantOwner, type OwnersDefaults } from '../sql/grants';
import type { GroupRoles } from '../type/names';
import type { GrantedGroup } from '../type/roles';
import { namesOfSchemaRoles } from '../type/schemas';
import {
  conflict,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
  type StepScope,
} from './StepHandler';

/** A grant of one group role to both slots; `group` is a key of `roles`, or of `schema`. */
export type GroupGrant = GrantedGroup & {
  roles: GroupRoles;
  a: string;
  b: string;
} & OwnersDefaults;

/** Makes both slots members of a group. Owners create as the group, so that it owns all. */
export const grantRole: StepHandler<GroupGrant> = {
  kind: 'grant-role',

  describe: (args, database) =>
    args.group === 'owner'
      ? `-- in the database ${database}\n${creating(args, database)}`
      : grantGroup(roleOf(args), [args.a, args.b]),

  roles: rolesOf,

  async check({ object, args }, catalog, scope) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours' && !isBeingMade(found, object, catalog, args)) {
      return notOurs(object.name, found.state);
    }
    const role = roleOf(args);
    if (!isOwnRole(object, catalog, args)) {
      return conflict(
        `The group role ${role} is gone or not the one that was created here; ask the platform team to mend it`,
      );
    }
    const granted =
      isMember(catalog, args) &&
      (args.group !== 'owner' ||
        (found.state === 'ours' &&
          setsRole(found.row.roleSettings, args) &&
          (await ownersDefaults(object.name, args, scope))));
    return granted ? satisfied() : pending();
  },

  async act({ object, args }, { connections, deadline }) {
    const { group, a, b } = args;
    const role = roleOf(args);
    const what = `granting ${role} to ${a} and ${b}`;
    if (group === 'owner') {
      await connections.withDatabase(object.name, deadline, session =>
        session.write(what, creating(args, object.name)),
      );
    } else {
      await connections.withAdmin(deadline, session =>
        session.write(what, grantGroup(role, [a, b])),
      );
    }
  },
};

/** Membership of a group role that owns nothing by itself: that has no need of the database. */
export const grantGroupRole: StepHandler<GroupGrant> = {
  ...grantRole,
  kind: 'grant-group-role',
};

/** The group roles are there before the database is, and prove to be ours by themselves. */
function isBeingMade(
  { state }: DatabaseState,
  object: ObjectRef,
  catalog: Catalog,
  { group }: GroupGrant,
): boolean {
  return (
    state === 'absent' &&
    group !== 'owner' &&
    identityHere(object, catalog)?.database === undefined
  );
}

function creating(args: GroupGrant, database: string): string {
  const { roles, schema, a, b, routines, schemas } = args;
  return schema
    ? grantSchemaOwner(database, schema, [a, b])
    : grantOwner(database, roles, [a, b], { routines, schemas });
}

/** The name of the group role. */
export function roleOf({ roles, group, schema }: GroupGrant): string {
  return (schema ?? roles)[group];
}

/** All that a check looks at. */
export function rolesOf({ roles, schema, a, b }: GroupGrant): string[] {
  return [
    ...Object.values(roles),
    ...(schema ? namesOfSchemaRoles([schema]) : []),
    a,
    b,
  ];
}

/** Whether the group role is there, and the one that was recorded. */
export function isOwnRole(
  object: ObjectRef,
  catalog: Catalog,
  { roles, group, schema }: GroupGrant,
): boolean {
  return schema
    ? ownSchemaRoles(object, catalog, schema).includes(schema[group])
    : ownGroupRole(object, catalog, group, roles[group]) !== undefined;
}

function isMember(catalog: Catalog, args: GroupGrant) {
  const { group, a, b } = args;
  const role = roleOf(args);
  return [a, b].every(login =>
    catalog.memberships.some(
      entry =>
        entry.role === role &&
        entry.member === login &&
        entry.granted &&
        entry.inherit &&
        (entry.set ?? group === 'owner') === (group === 'owner'),
    ),
  );
}

function setsRole(
  settings: { role: string; settings: string[] }[],
  args: GroupGrant,
): boolean {
  return [args.a, args.b].every(login =>
    settings.some(
      entry =>
        entry.role === login && entry.settings.includes(`role=${roleOf(args)}`),
    ),
  );
}

async function ownersDefaults(
  database: string,
  { roles, schema, a, b, routines, schemas = [] }: GroupGrant,
  { connections, deadline }: StepScope,
): Promise<boolean> {
  const tenant = await connections.withDatabase(
    database,
    deadline,
    readPrivileges,
  );
  if (schema) {
    return [a, b].every(
      login =>
        hasDefaultRoutines(tenant, login, []) &&
        hasSchemaDefaults(tenant, [login], schema),
    );
  }
  // A database that was made before, or adopted, leaves EXECUTE to PUBLIC.
  const closed = routines && hasDefaultRoutines(tenant, roles.owner, []);
  return [a, b].every(
    login =>
      hasDefaultPrivileges(tenant, login, roles, ['owner', 'rw', 'ro']) &&
      (!closed ||
        hasDefaultRoutines(tenant, login, [roles.owner, roles.rw, roles.ro])) &&
      schemas.every(each => hasSchemaDefaults(tenant, [login], each)),
  );
}

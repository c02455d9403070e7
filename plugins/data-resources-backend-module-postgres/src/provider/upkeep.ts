import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import type { Session } from '../connection/Session';
import { DEFAULT_PRIVILEGES } from '../sql/defaultPrivileges';
import { type GroupRoles, groupRoles } from '../type/names';
import type { Catalog, DatabaseRow, Privilege } from './catalog';
import type { BrokenRights, MissingPrivileges } from './facts';
import { identityHere } from './identity';
import type { Found } from './lookInside';
import { hasDefaultRoutines, type TenantCatalog } from './tenantCatalog';

/** What all databases of the portal give on themselves, and on their schema `public`. */
const GIVEN: {
  [on in 'database' | 'schema']: {
    [group in 'owner' | 'rw' | 'ro']: readonly string[];
  };
} = {
  database: {
    owner: ['CONNECT', 'CREATE', 'TEMPORARY'],
    rw: ['CONNECT', 'TEMPORARY'],
    ro: ['CONNECT'],
  },
  schema: { owner: ['USAGE', 'CREATE'], rw: ['USAGE'], ro: ['USAGE'] },
};
const GROUPS = ['owner', 'rw', 'ro'] as const;
type Group = (typeof GROUPS)[number];

type Lacking = { grantee: string; privileges: string[] };

/** The names that roles have now, by their oids. */
export async function readRenamedRoles(
  session: Session,
  oids: readonly number[],
): Promise<Map<number, string>> {
  const rows = await session.read<{ oid: string; name: string }>(
    'looking for roles that have another name',
    'SELECT oid::int8::text AS oid, rolname AS name FROM pg_roles WHERE oid = ANY ($1::oid[])',
    [oids],
  );
  return new Map(rows.map(({ oid, name }) => [Number(oid), name]));
}

/** The oids of group roles that are recorded and not there by their names. */
export function missingRoles(object: ObjectRef, catalog: Catalog): number[] {
  const names = groupRoles(object.name);
  const recorded = identityHere(object, catalog)?.roles;
  return recorded
    ? keysOf(names)
        .filter(key => !catalog.roles.has(names[key]))
        .map(key => recorded[key])
    : [];
}

/** What somebody changed of our database that only an administrator can put back. */
export function brokenRights(
  object: ObjectRef,
  row: DatabaseRow,
  catalog: Catalog,
  renamed: ReadonlyMap<number, string>,
): BrokenRights | undefined {
  const names = groupRoles(object.name);
  const recorded = identityHere(object, catalog)?.roles;
  const own = Object.values(names).flatMap(name => {
    const role = catalog.roles.get(name);
    return role ? [role] : [];
  });
  const superusers = own.filter(({ superuser }) => superuser);
  const unreachable = own.filter(
    ({ reachable, superuser }) => !reachable && !superuser,
  );
  const others = Object.fromEntries(
    keysOf(names).flatMap((key): [string, string][] => {
      const name = recorded && renamed.get(recorded[key]);
      return name === undefined || catalog.roles.has(names[key])
        ? []
        : [[names[key], name]];
    }),
  );
  const broken: BrokenRights = {
    // Of a `_dba` that is gone nothing else can be said.
    ...(row.owned || !catalog.roles.has(names.dba)
      ? {}
      : { owner: row.ownerName }),
    ...(Object.keys(others).length > 0 ? { renamed: others } : {}),
    ...(superusers.length > 0 ? { superusers: namesOf(superusers) } : {}),
    ...(unreachable.length > 0 ? { unreachable: namesOf(unreachable) } : {}),
  };
  return Object.keys(broken).length > 0 ? broken : undefined;
}

/** What somebody took of what our database gives. */
export function missingPrivileges(
  object: ObjectRef,
  row: DatabaseRow,
  catalog: Catalog,
  renamed: ReadonlyMap<number, string>,
  inside: Pick<Found, 'privileges' | 'creators'> | undefined,
): MissingPrivileges | undefined {
  const names = groupRoles(object.name);
  const identity = identityHere(object, catalog);
  if (!identity?.roles) {
    return undefined;
  }
  const { roles, adopted } = identity;
  const { privileges, creators = [] } = inside ?? {};
  const gone = keysOf(names).filter(
    key => !catalog.roles.has(names[key]) && !renamed.has(roles[key]),
  );
  // Privileges are for those that are ours, or will be.
  const groups = GROUPS.filter(
    key =>
      gone.includes(key) || catalog.roles.get(names[key])?.oid === roles[key],
  );
  const lacks: MissingPrivileges = {
    roles: gone.map(key => names[key]),
    database: [
      ...lacking(row.acl, groups, names, 'database'),
      ...missingOf(row.acl, catalog.provisioner, ['CONNECT']),
    ],
    // Of one that is adopted it is not known who could open the schema.
    schema:
      adopted === undefined && privileges && privileges.publicAcl.length > 0
        ? lacking(privileges.publicAcl, groups, names, 'schema')
        : [],
    defaults: privileges
      ? [
          ...lackingDefaults(privileges, groups, names),
          ...creators.flatMap(creator =>
            lackingOf(privileges, creator, groups, names).map(each => ({
              ...each,
              creator,
            })),
          ),
        ]
      : [],
  };
  const some = Object.entries(lacks).filter(([, list]) => list.length > 0);
  return some.length > 0 ? Object.fromEntries(some) : undefined;
}

function lacking(
  acl: readonly Privilege[],
  groups: readonly Group[],
  names: GroupRoles,
  on: keyof typeof GIVEN,
): Lacking[] {
  return groups.flatMap(group =>
    missingOf(acl, names[group], GIVEN[on][group]),
  );
}

function missingOf(
  acl: readonly Privilege[],
  grantee: string,
  privileges: readonly string[],
): Lacking[] {
  const missing = privileges.filter(
    privilege =>
      !acl.some(
        entry => entry.grantee === grantee && entry.privilege === privilege,
      ),
  );
  return missing.length > 0 ? [{ grantee, privileges: missing }] : [];
}

function lackingDefaults(
  inside: Pick<TenantCatalog, 'defaults'>,
  groups: readonly Group[],
  names: GroupRoles,
): NonNullable<MissingPrivileges['defaults']> {
  // A database that was made before, or adopted, leaves EXECUTE to PUBLIC.
  const routines: { [kind: string]: readonly string[] } = hasDefaultRoutines(
    inside,
    names.owner,
    [],
  )
    ? { FUNCTIONS: ['EXECUTE'] }
    : {};
  return lackingOf(
    inside,
    names.owner,
    groups.filter(group => group !== 'owner'),
    names,
    routines,
  );
}

/** What groups lack on what a role will make. */
function lackingOf(
  { defaults }: Pick<TenantCatalog, 'defaults'>,
  creator: string,
  groups: readonly Group[],
  names: GroupRoles,
  further: { [kind: string]: readonly string[] } = {},
): NonNullable<MissingPrivileges['defaults']> {
  const made = defaults.filter(
    entry => entry.creator === creator && entry.schema === null,
  );
  return groups.flatMap(group =>
    Object.entries<readonly string[]>({
      ...DEFAULT_PRIVILEGES[group],
      ...further,
    }).flatMap(([kind, privileges]) =>
      missingOf(
        made.filter(entry => entry.kind === kind),
        names[group],
        privileges,
      ).map(each => ({ ...each, kind })),
    ),
  );
}

function keysOf(names: GroupRoles) {
  return Object.keys(names) as (keyof GroupRoles)[];
}

function namesOf(roles: readonly { name: string }[]): string[] {
  return roles.map(({ name }) => name);
}

import type { EffectiveAccess } from '@data-resources/plugin-data-resources-node';
import { granteeOf, roleOfGrantee } from '../sql/grantees';
import { groupRoles } from '../type/names';
import type { SchemaRoles } from '../type/schemas';
import {
  ATTRIBUTE_OF,
  changesByHand,
  isPortalLogin,
  type RoleState,
  SETTING_OF,
} from './roleStates';

/** How the way in of the owner of a database begins. */
export const OWNER_OF = 'owner of database ';

/** A right as the server's catalogs tell it. */
export interface AccessRow {
  database: string;
  grantee: string;
  right: string;
  via: string;
  /** The roles of which a grant gives it, where not any may. */
  givenBy?: string[];
}

/** A role that stands above all rights. */
export interface AboveAll {
  name: string;
  superuser: boolean;
  /** Whether it is the provisioner. */
  self: boolean;
}

/** The group roles of a database, with the grants that make somebody a member of each. */
export function rolesOfGroups(
  database: string,
  schemas: SchemaRoles[],
): Map<string, string[]> {
  const { dba, owner, rw, ro } = groupRoles(database);
  return new Map([
    [dba, []],
    [owner, ['owner']],
    [rw, ['writer']],
    [ro, ['reader']],
    // The groups of the database are members of those of its schemas.
    ...schemas.flatMap((each): [string, string[]][] => [
      [each.owner, ['owner', `owner:${each.schema}`]],
      [each.rw, ['writer', `writer:${each.schema}`]],
      [each.ro, ['reader', `reader:${each.schema}`]],
    ]),
  ]);
}

/** Who can do what, by themselves and as members of others. */
export function accessOf(
  rows: AccessRow[],
  {
    groups,
    dba,
    membersOf,
    aboveAll,
    states,
    database,
  }: {
    database: string;
    groups: ReadonlyMap<string, string[]>;
    /** Whose the database is to be; undefined where it is not known to be ours. */
    dba: string | undefined;
    membersOf: ReadonlyMap<string, string[]>;
    aboveAll: AboveAll[];
    /** Of the group roles, and of those whom {@link concernedRoles} names. */
    states: ReadonlyMap<string, RoleState>;
  },
): EffectiveAccess[] {
  const inherited = rows
    .filter(({ via }) => isInherited(via))
    .flatMap(({ grantee, right }) =>
      (membersOf.get(roleOfGrantee(grantee) ?? '') ?? []).map(member => ({
        grantee: member,
        right,
        via: `member of ${grantee}`,
        givenBy: groups.get(grantee),
      })),
    );
  const superusers = aboveAll
    .filter(({ superuser }) => superuser)
    .map(({ name }) => ({
      grantee: granteeOf(name),
      right: 'ALL',
      via: 'superuser',
    }));
  const byHand = concernedRoles(groups, membersOf).flatMap(name => {
    const state = states.get(name);
    const login = granteeOf(name);
    return state
      ? changesByHand(state, database, group =>
          Boolean(groups.has(group) && membersOf.get(group)?.includes(login)),
        ).map(change => ({
          grantee: login,
          ...change,
          // No grant gives that.
          ...(groups.has(name) ? {} : { givenBy: [] }),
        }))
      : [];
  });
  const above = new Set(
    aboveAll
      .filter(({ superuser, self }) => superuser || self)
      .map(({ name }) => granteeOf(name)),
  );
  const isInternal = ({ login, via }: EffectiveAccess) => {
    if (isByHand(via)) {
      return false;
    }
    // Whoever else owns what is ours was given it by somebody.
    return via.startsWith(OWNER_OF) && dba !== undefined
      ? login === dba
      : groups.has(login) || above.has(login);
  };
  return combine([...rows, ...inherited, ...superusers, ...byHand])
    .filter(
      ({ login, via }) =>
        !groups.has(login) || via.startsWith('owner') || isByHand(via),
    )
    .map(entry => (isInternal(entry) ? { ...entry, internal: true } : entry));
}

/** The group roles of a database, and the logins of the portal that are members of them. */
export function concernedRoles(
  groups: ReadonlyMap<string, string[]>,
  membersOf: ReadonlyMap<string, string[]>,
): string[] {
  const names = [...groups.keys()];
  const members = names
    .flatMap(name => membersOf.get(name) ?? [])
    .flatMap(grantee => roleOfGrantee(grantee) ?? [])
    .filter(isPortalLogin);
  return [...new Set([...names, ...members])];
}

function isByHand(via: string): boolean {
  return via.startsWith(ATTRIBUTE_OF) || via.startsWith(SETTING_OF);
}

/** A session that is open is nobody else's. */
function isInherited(via: string): boolean {
  return !via.startsWith('session');
}

function combine(rows: Omit<AccessRow, 'database'>[]): EffectiveAccess[] {
  const entries = new Map<string, EffectiveAccess>();
  for (const { grantee, right, via, givenBy } of rows) {
    const key = JSON.stringify([grantee, via]);
    const entry = entries.get(key) ?? {
      login: grantee,
      rights: [],
      via,
      ...(givenBy ? { givenBy } : {}),
    };
    if (!entry.rights.includes(right)) {
      entry.rights.push(right);
    }
    entries.set(key, entry);
  }
  return [...entries.values()]
    .map(entry => ({ ...entry, rights: entry.rights.sort() }))
    .sort((left, right) =>
      `${left.login} ${left.via}` < `${right.login} ${right.via}` ? -1 : 1,
    );
}

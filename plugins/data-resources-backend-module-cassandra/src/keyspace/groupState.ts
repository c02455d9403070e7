import { keyspaceResource, tablesResource } from '../roles/resourceNames';
import type { RoleReader } from '../roles/RoleReader';
import { type HeldPermission, provesOwnership } from '../roles/roleState';
import type { Deadline } from '../session/Deadline';
import { groupRoles } from './names';
import type { GroupState, HeldOn } from './observation';

/** The group roles of keyspaces as they stand, in the order of their kinds; who made them is not looked at. */
export async function readGroups(
  keyspaces: readonly string[],
  { roles, deadline }: { roles: RoleReader; deadline: Deadline },
): Promise<Map<string, Omit<GroupState, 'made'>[]>> {
  const names = keyspaces.flatMap(groupRoles);
  const [states, permissions] = await Promise.all([
    roles.inheriting(names, deadline),
    roles.permissions.ofEach(names, deadline),
  ]);
  return new Map(
    keyspaces.map(keyspace => [
      keyspace,
      groupRoles(keyspace).map(name => {
        const state = states.get(name);
        return {
          name,
          exists: state !== undefined,
          login: state?.login ?? false,
          superuser: state?.superuser ?? false,
          ...(state?.superuserBy === undefined
            ? {}
            : { superuserBy: state.superuserBy }),
          held: heldOn(permissions.get(name)!),
        };
      }),
    ]),
  );
}

/**
 * Whether every group role is the portal's and holds a permission on the keyspace or on all its tables.
 * They vanish with a keyspace, and somebody may let one of them into another.
 */
export async function isHeldByGroups(
  keyspace: string,
  { roles, deadline }: { roles: RoleReader; deadline: Deadline },
): Promise<boolean> {
  const names = groupRoles(keyspace);
  const [permissions, own] = await Promise.all([
    roles.permissions.ofEach(names, deadline),
    roles.permissions.ownOnRoles(names, deadline),
  ]);
  const itself = [keyspaceResource(keyspace), tablesResource(keyspace)];
  return names.every(
    name =>
      provesOwnership(own.get(name)) &&
      permissions.get(name)!.some(({ resource }) => itself.includes(resource)),
  );
}

/** In a fixed order, so that the same is told each time. */
function heldOn(permissions: HeldPermission[]): HeldOn[] {
  const byResource = new Map<string, string[]>();
  for (const { resource, permission } of permissions) {
    byResource.set(resource, [...(byResource.get(resource) ?? []), permission]);
  }
  return [...byResource.keys()].sort().map(resource => ({
    resource,
    permissions: byResource.get(resource)!.sort(),
  }));
}

import type { EffectiveAccess } from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../cql/quote';
import { ALL_ROLES, roleResource } from '../roles/resourceNames';
import type { RoleReader } from '../roles/RoleReader';
import type { HeldPermission } from '../roles/roleState';
import type { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import { groupRoles } from './names';

const CONCURRENT_READS = 16;

/** With AUTHORIZE one makes members of a role; with ALTER one gives it a password and logs in as it. */
const LETTING_IN = ['ALTER', 'AUTHORIZE'];

/**
 * Who may let others into keyspaces by what they hold on their group roles, or on all roles; by keyspace.
 *
 * @param existing - the names of all roles of the cluster
 */
export async function permissionsOnGroups(
  names: readonly string[],
  existing: ReadonlySet<string>,
  { roles, deadline }: { roles: RoleReader; deadline: Deadline },
): Promise<Map<string, HeldPermission[]>> {
  const groups = new Map(
    names.map(name => [
      name,
      groupRoles(name).filter(role => existing.has(role)),
    ]),
  );
  const found =
    names.length === 1 && !deadline.isShared
      ? (
          await settleAll(groups.get(names[0])!, CONCURRENT_READS, role =>
            roles.permissions.on(`ROLE ${quoteIdentifier(role)}`, deadline),
          )
        ).flat()
      : await roles.permissions.all(deadline);
  const byResource = new Map<string, HeldPermission[]>();
  for (const permission of found) {
    if (LETTING_IN.includes(permission.permission)) {
      const same = byResource.get(permission.resource) ?? [];
      same.push(permission);
      byResource.set(permission.resource, same);
    }
  }
  return new Map(
    [...groups].map(([name, ofKeyspace]) => [
      name,
      ofKeyspace.length === 0
        ? []
        : [ALL_ROLES, ...ofKeyspace.map(roleResource)].flatMap(
            resource => byResource.get(resource) ?? [],
          ),
    ]),
  );
}

/** In words, what such a permission is on; undefined for others. */
export function roleWording(resource: string): string | undefined {
  return resource === ALL_ROLES
    ? 'all roles'
    : /^<(role .+)>$/.exec(resource)?.[1].replace(/^/, 'the ');
}

/** Whether an entry tells of who may let others in, and of no access to data by itself. */
export function isLettingIn({ via }: Pick<EffectiveAccess, 'via'>): boolean {
  return /(^|, )granted on (all roles|the role [^,]+)$/.test(via);
}

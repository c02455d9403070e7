import type {
  ObjectRef,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import type { RoleReader } from '../roles/RoleReader';
import { provesOwnership } from '../roles/roleState';
import type { Deadline } from '../session/Deadline';
import type { KeyspaceReader } from './KeyspaceReader';
import { readGroups } from './groupState';
import { groupRoles } from './names';
import {
  isRecorded,
  type KeyspaceFacts,
  type KeyspaceIdentity,
  type KeyspaceRow,
} from './observation';

/** Looks at many keyspaces and their group roles in a few calls. */
export async function observeKeyspaces(
  objects: readonly ObjectRef[],
  tools: { keyspaces: KeyspaceReader; roles: RoleReader; deadline: Deadline },
): Promise<Map<string, Observation>> {
  const { keyspaces, roles, deadline } = tools;
  const names = [...new Set(objects.map(({ name }) => name))];
  const roleNames = names.flatMap(groupRoles);
  const compared = new Set(
    objects.filter(each => isCompared(each, deadline)).map(({ name }) => name),
  );
  const [rows, ownOnKeyspaces, [ownOnRoles, existingRoles], groups] =
    await Promise.all([
      keyspaces.many(names, deadline),
      roles.permissions.ownOnKeyspaces(names, deadline),
      roles.permissions
        .ownOnRoles(roleNames, deadline)
        .then(
          async own =>
            [own, await roles.existing(roleNames, own, deadline)] as const,
        ),
      readGroups([...compared], { roles, deadline }),
      roles.foresee(deadline),
    ]);
  return new Map(
    objects.map(({ name, identity }) => [
      name,
      toObservation(rows.get(name), identity, {
        strategy: rows.get(name)?.strategy ?? '',
        rightsHeld: provesOwnership(ownOnKeyspaces.get(name)),
        ...((identity as Partial<KeyspaceIdentity>)?.keyspace === undefined
          ? { held: [...(ownOnKeyspaces.get(name) ?? [])].sort() }
          : {}),
        groupRoles: groupRoles(name)
          .filter(role => existingRoles.has(role))
          .map(role => ({
            name: role,
            made: provesOwnership(ownOnRoles.get(role)),
          })),
        ...(compared.has(name)
          ? {
              groups: groups.get(name)!.map(group => ({
                ...group,
                made: provesOwnership(ownOnRoles.get(group.name)),
              })),
            }
          : {}),
      }),
    ]),
  );
}

/** Where it is planned how to bring a keyspace of ours to what it should be, or looked for what differs. */
function isCompared(
  { identity, desired }: ObjectRef,
  deadline: Deadline,
): boolean {
  const { keyspace } = (identity ?? {}) as Partial<KeyspaceIdentity>;
  return keyspace !== undefined && (desired !== undefined || deadline.isShared);
}

function toObservation(
  row: KeyspaceRow | undefined,
  recorded: Partial<KeyspaceIdentity> | undefined,
  facts: KeyspaceFacts,
): Observation {
  if (!row) {
    return { exists: false, ours: false, facts };
  }
  const ours = isRecorded(row, recorded, facts.rightsHeld);
  return {
    exists: true,
    ours,
    identity: ours
      ? { ...recorded }
      : { keyspace: row.name, definedAt: row.definedAt },
    spec: row.spec,
    facts,
  };
}

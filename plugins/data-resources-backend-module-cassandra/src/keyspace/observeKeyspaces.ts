import type {
  ObjectRef,
  Observation,
} from '@data-resources/plugin-data-resources-node';
import { isOfFunctions, targetWithin } from '../roles/resourceNames';
import type { RoleReader } from '../roles/RoleReader';
import { provesOwnership } from '../roles/roleState';
import type { Deadline } from '../session/Deadline';
import { settleAll } from '../session/settleAll';
import type { KeyspaceReader } from './KeyspaceReader';
import { isHeldByGroups, readGroups } from './groupState';
import { groupRoles } from './names';
import {
  type GroupState,
  isKnown,
  type KeyspaceFacts,
  type KeyspaceIdentity,
  type KeyspaceRow,
} from './observation';

const CONCURRENT_READS = 16;

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
  const authorizesFunctions = await readFunctionRights(groups, tools);
  const factsOf = ({ name, identity }: ObjectRef): KeyspaceFacts => ({
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
    ...(authorizesFunctions.has(name)
      ? { authorizesFunctions: authorizesFunctions.get(name) }
      : {}),
  });
  return new Map(
    await settleAll(
      objects,
      objects.length,
      async (object): Promise<[string, Observation]> => [
        object.name,
        await toObservation(
          { row: rows.get(object.name), object, facts: factsOf(object) },
          tools,
        ),
      ],
    ),
  );
}

/** Of keyspaces whose functions a group role may use, whether the portal's role may take that from it. */
async function readFunctionRights(
  groups: Map<string, Pick<GroupState, 'held'>[]>,
  { roles, deadline }: { roles: RoleReader; deadline: Deadline },
): Promise<Map<string, boolean>> {
  const names = [...groups.keys()].filter(name =>
    groups
      .get(name)!
      .some(({ held }) =>
        held.some(
          ({ resource }) =>
            isOfFunctions(resource) &&
            targetWithin(resource, name) !== undefined,
        ),
      ),
  );
  return new Map(
    await settleAll(
      names,
      CONCURRENT_READS,
      async name =>
        [
          name,
          await roles.permissions.authorizesFunctions(name, deadline),
        ] as const,
    ),
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

async function toObservation(
  {
    row,
    object,
    facts,
  }: { row: KeyspaceRow | undefined; object: ObjectRef; facts: KeyspaceFacts },
  tools: { roles: RoleReader; deadline: Deadline },
): Promise<Observation> {
  if (!row) {
    return { exists: false, ours: false, facts };
  }
  const recorded = object.identity as Partial<KeyspaceIdentity> | undefined;
  const ours = await isKnown(row, recorded, {
    rightsHeld: facts.rightsHeld,
    heldByGroups: () => isHeldByGroups(row.name, tools),
  });
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

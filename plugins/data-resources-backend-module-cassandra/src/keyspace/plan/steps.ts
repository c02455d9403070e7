import type {
  LoginSlots,
  PlannedGrant,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { groupRole, groupRoles, type KeyspaceRole } from '../names';
import type { Adopted } from '../steps/StepArgs';
import { releaseTableSteps, schemaSteps } from './schemaSteps';
import { step } from './step';

/**
 * The steps that make a keyspace with its first schema and its group roles.
 *
 * @param provisioner - who makes them; left out where they are made by hand
 * @param version - of the cluster, where it is known
 */
export function createSteps(
  keyspace: string,
  spec: KeyspaceSpec,
  provisioner?: string,
  version?: string,
): PlannedStep[] {
  const { replication, durableWrites } = spec;
  return [
    step(
      'create-keyspace',
      `Create the keyspace ${keyspace}`,
      [cql.createKeyspace({ keyspace, replication, durableWrites })],
      { replication, durableWrites },
    ),
    ...schemaSteps(keyspace, spec, version),
    ...(provisioner === undefined
      ? []
      : releaseTableSteps(keyspace, spec, provisioner)),
    ...groupSteps(keyspace),
  ];
}

/** The steps that open a keyspace to group roles of ours and then make it ours. */
export function adoptSteps(keyspace: string, definedAt: string): PlannedStep[] {
  const adopts = { keyspace, definedAt };
  return [
    {
      ...step(
        'begin-adoption',
        `Record that the group roles of ${keyspace} are made for its adoption`,
        [],
        { ...adopts, roles: groupRoles(keyspace) },
      ),
      call: `-- nothing is written: it is looked whether the keyspace is still the one, and has no group roles`,
    },
    ...groupSteps(keyspace, adopts),
    {
      ...step(
        'adopt-keyspace',
        `Record that the keyspace ${keyspace} is managed here`,
        [],
        adopts,
      ),
      call: `-- nothing is written: what makes the keyspace ours is the portal's ALTER and DROP on it`,
    },
  ];
}

/** The step that brings a keyspace to the definition asked for. */
export function alterSteps(
  keyspace: string,
  { replication, durableWrites }: KeyspaceSpec,
): PlannedStep[] {
  return [
    step(
      'alter-keyspace',
      `Change the definition of the keyspace ${keyspace}`,
      [cql.alterKeyspace({ keyspace, replication, durableWrites })],
      { replication, durableWrites },
    ),
  ];
}

/** The steps after which no role or login of ours gets into the keyspace. */
export function quarantineSteps(
  keyspace: string,
  grants: readonly PlannedGrant[],
): PlannedStep[] {
  const roles = groupRoles(keyspace);
  return [
    step(
      'revoke-permissions',
      `Take from the group roles ${roles.join(
        ', ',
      )} all that they hold on ${keyspace} and its tables`,
      groupPermissions(keyspace).map(cql.revokePermissions),
      { keyspace, roles },
    ),
    ...createdTablesSteps(keyspace, grants),
  ];
}

/** The steps that give group roles and principals what the grants say. */
export function restoreSteps(
  keyspace: string,
  grants: readonly PlannedGrant[],
  dataCenters?: string[],
): PlannedStep[] {
  return [
    ...groupSteps(keyspace),
    ...grantSteps(keyspace, grants, dataCenters),
  ];
}

/**
 * The steps that give principals roles: all logins first, so that they make one batch.
 *
 * @param dataCenters - that logins are limited to, where they are
 */
export function grantSteps(
  keyspace: string,
  grants: readonly PlannedGrant[],
  dataCenters?: string[],
): PlannedStep[] {
  const given = uniqueBy(grants, ({ role, login }) => `${role}:${login.base}`);
  return [
    ...uniqueBy(given, ({ login }) => login.base).map(
      ({ principal, login }) => ({
        ...step(
          'ensure-logins',
          `Create the logins of ${principal}, unable to log in yet, where they are missing`,
          slots(login).map(slot => cql.createRole(slot, dataCenters)),
          {
            logins: slots(login),
            ...(dataCenters === undefined ? {} : { dataCenters }),
          },
          login.base,
        ),
        login: { base: login.base, mode: 'ensure' as const },
      }),
    ),
    ...given.map(({ principal, role, login }) => {
      const group = groupRole(keyspace, role as KeyspaceRole);
      return step(
        'grant-role',
        `Make ${principal} a ${role}`,
        slots(login).map(slot => cql.grantRole(group, slot)),
        { role: group, logins: slots(login) },
        `${role}:${login.base}`,
      );
    }),
  ];
}

/** The steps that take roles from principals, save what a grant that stays gives as well. */
export function revokeSteps(
  keyspace: string,
  grants: readonly PlannedGrant[],
  keep: readonly PlannedGrant[],
): PlannedStep[] {
  const kept = new Set(keep.map(({ role, login }) => `${role}:${login.base}`));
  const taken = uniqueBy(
    grants,
    ({ role, login }) => `${role}:${login.base}`,
  ).filter(({ role, login }) => !kept.has(`${role}:${login.base}`));
  return [
    ...taken.map(({ principal, role, login }) => {
      const group = groupRole(keyspace, role as KeyspaceRole);
      return step(
        'revoke-role',
        `Take the role ${role} from ${principal}`,
        slots(login).map(slot => cql.revokeRole(group, slot)),
        { role: group, logins: slots(login) },
        `${role}:${login.base}`,
      );
    }),
    ...createdTablesSteps(keyspace, taken),
    ...releaseSteps(grants, keep),
  ];
}

/** The steps that remove a keyspace and all that was made for it. */
export function deleteSteps(
  keyspace: string,
  grants: readonly PlannedGrant[],
): PlannedStep[] {
  const roles = groupRoles(keyspace);
  return [
    step(
      'drop-keyspace',
      `Drop the keyspace ${keyspace} with all its data`,
      [cql.dropKeyspace(keyspace)],
      {},
    ),
    step(
      'drop-group-roles',
      `Drop the group roles ${roles.join(', ')}`,
      roles.map(cql.dropRole),
      { roles },
    ),
    ...releaseSteps(grants, []),
  ];
}

/** Group roles with what they are for, where any of it is missing. */
function groupSteps(keyspace: string, adopts?: Adopted): PlannedStep[] {
  return [
    createGroupsStep(groupRoles(keyspace), adopts),
    giveGroupsStep(groupPermissions(keyspace), adopts),
  ];
}

/** The step that makes group roles. */
export function createGroupsStep(
  roles: string[],
  adopts?: Adopted,
): PlannedStep {
  return step(
    'create-group-roles',
    `Create the group roles ${roles.join(', ')}`,
    roles.map(role => cql.createRole(role)),
    { roles, ...(adopts ? { adopts } : {}) },
  );
}

/** The step that gives group roles what they are for. */
export function giveGroupsStep(
  grants: cql.Permissions[],
  adopts?: Adopted,
): PlannedStep {
  return step(
    'grant-permissions',
    'Give the group roles their permissions',
    grants.map(cql.grantPermissions),
    { grants, ...(adopts ? { adopts } : {}) },
  );
}

/** Only owners make tables. */
function createdTablesSteps(
  keyspace: string,
  grants: readonly PlannedGrant[],
): PlannedStep[] {
  return uniqueBy(
    grants.filter(({ role }) => role === 'owner'),
    ({ login }) => login.base,
  ).map(({ principal, login }) =>
    step(
      'revoke-created-tables',
      `Take from ${principal} what it holds on tables that it made`,
      slots(login).map(slot =>
        cql.revokeTable(keyspace, '<each table it made>', slot),
      ),
      { keyspace, logins: slots(login) },
      login.base,
    ),
  );
}

/** A login that a grant on this keyspace still needs is in use for certain. */
function releaseSteps(
  grants: readonly PlannedGrant[],
  keep: readonly PlannedGrant[],
): PlannedStep[] {
  const needed = new Set(keep.map(({ login }) => login.base));
  return uniqueBy(grants, ({ login }) => login.base)
    .filter(({ login }) => !needed.has(login.base))
    .map(({ principal, login }) => ({
      ...step(
        'release-logins',
        `Drop the logins of ${principal}, unless another grant needs them`,
        slots(login).map(cql.dropRole),
        { logins: slots(login) },
        login.base,
      ),
      login: { base: login.base, mode: 'release' as const },
    }));
}

/**
 * What each group role is given. An owner works on tables and not on the keyspace: with DROP on that it could drop it, with
 * ALTER change its replication, with AUTHORIZE let others in.
 */
export function groupPermissions(keyspace: string): cql.Permissions[] {
  return [
    {
      role: groupRole(keyspace, 'reader'),
      permissions: ['SELECT'],
      on: 'keyspace',
      keyspace,
    },
    {
      role: groupRole(keyspace, 'writer'),
      permissions: ['SELECT', 'MODIFY'],
      on: 'keyspace',
      keyspace,
    },
    {
      role: groupRole(keyspace, 'owner'),
      permissions: ['SELECT', 'MODIFY', 'CREATE', 'ALTER', 'DROP'],
      on: 'tables',
      keyspace,
    },
  ];
}

function slots({ a, b }: LoginSlots): string[] {
  return [a, b];
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map(item => [key(item), item])).values()];
}

import type {
  Change,
  Finding,
  PlannedStep,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import type { ClusterFacts } from '../../probe/facts';
import {
  isOfFunctions,
  keyspaceResource,
  tablesResource,
  targetOf,
  targetWithin,
} from '../../roles/resourceNames';
import { placeOf } from './placeOf';
import type { KeyspaceSpec } from '../keyspaceSpec';
import type { GroupState, HeldOn, KeyspaceFacts } from '../observation';
import { step } from './step';
import { createGroupsStep, giveGroupsStep, groupPermissions } from './steps';

/** What is not as it was made about the group roles of a keyspace, and what mends that and nothing else. */
export interface GroupDifferences {
  changes: Change[];
  steps: PlannedStep[];
  /** What only an administrator can mend, with the statement. */
  beyond: Finding[];
}

/** A group role with what it is for. */
interface Compared {
  state: GroupState;
  grant: cql.Permissions;
  missing: string[];
  /** What it is not for. */
  excess: HeldOn[];
  /** That part of it which the portal's role has no right to take. */
  beyond: HeldOn[];
}

/** Compares the group roles; nothing where they were not looked at. */
export function groupDifferences({
  object,
  observed,
  instance,
}: PlanInput<KeyspaceSpec>): GroupDifferences {
  const { groups = [], authorizesFunctions } = observed.facts as KeyspaceFacts;
  const mayTake = ({ resource }: HeldOn) =>
    targetWithin(resource, object.name) !== undefined &&
    (authorizesFunctions || !isOfFunctions(resource));
  const compared = groups.map(state => compare(object.name, state, mayTake));
  return {
    changes: compared.flatMap(each => changesOf(object.name, each)),
    steps: mendingSteps(object.name, compared),
    beyond: compared.flatMap(each =>
      beyondUs(object.name, each, (instance.facts as ClusterFacts).provisioner),
    ),
  };
}

function compare(
  keyspace: string,
  state: GroupState,
  mayTake: (held: HeldOn) => boolean,
): Compared {
  const grant = groupPermissions(keyspace).find(
    ({ role }) => role === state.name,
  )!;
  const resource = resourceOf(grant);
  const held = new Set(
    state.held.find(each => each.resource === resource)?.permissions,
  );
  const excess = state.held
    .map(each => ({
      resource: each.resource,
      permissions: each.permissions.filter(
        permission =>
          each.resource !== resource || !grant.permissions.includes(permission),
      ),
    }))
    .filter(({ permissions }) => permissions.length > 0);
  return {
    state,
    grant,
    missing: grant.permissions.filter(permission => !held.has(permission)),
    excess,
    beyond: excess.filter(each => !mayTake(each)),
  };
}

function changesOf(keyspace: string, compared: Compared): Change[] {
  const { state, grant, missing, excess } = compared;
  const path = `access.${state.name}`;
  const kind = 'in-place';
  const whole = describe(keyspace, [
    { resource: resourceOf(grant), permissions: grant.permissions },
  ]);
  if (!state.exists) {
    return [{ path, to: whole, kind }];
  }
  return [
    ...(state.made
      ? []
      : [
          { path, from: 'somebody else’s role', to: 'the portal’s role', kind },
        ]),
    ...(state.superuser || state.superuserBy !== undefined
      ? [{ path: `${path}.superuser`, from: true, to: false, kind }]
      : []),
    ...(state.login
      ? [{ path: `${path}.login`, from: true, to: false, kind }]
      : []),
    ...(missing.length + excess.length > 0
      ? [
          {
            path: `${path}.permissions`,
            from: describe(keyspace, state.held),
            to: whole,
            kind,
          },
        ]
      : []),
  ] as Change[];
}

function mendingSteps(
  keyspace: string,
  compared: readonly Compared[],
): PlannedStep[] {
  const ours = compared.filter(({ state }) => !state.exists || state.made);
  const wide = ours.filter(
    ({ excess, beyond }) => excess.length > beyond.length,
  );
  const open = ours.filter(({ state }) => state.login);
  const gone = ours.filter(({ state }) => !state.exists);
  const poor = ours.filter(({ missing }) => missing.length > 0);
  const roles = (some: readonly Compared[]) =>
    some.map(({ state }) => state.name);
  return [
    ...(wide.length === 0
      ? []
      : [
          step(
            'revoke-permissions',
            `Take from ${roles(wide).join(', ')} what they are not for`,
            wide.flatMap(({ state, excess, beyond }) =>
              excess
                .filter(each => !beyond.includes(each))
                .map(({ resource, permissions }) =>
                  cql.revokeFrom(state.name, permissions, targetOf(resource)),
                ),
            ),
            {
              keyspace,
              roles: roles(wide),
              keep: wide.map(({ grant }) => grant),
            },
          ),
        ]),
    ...(open.length === 0
      ? []
      : [
          step(
            'shut-group-roles',
            `Let nobody log in as ${roles(open).join(', ')}`,
            roles(open).map(cql.disableLogin),
            { roles: roles(open) },
          ),
        ]),
    ...(gone.length === 0 ? [] : [createGroupsStep(roles(gone))]),
    ...(poor.length === 0
      ? []
      : [giveGroupsStep(poor.map(({ grant }) => grant))]),
  ];
}

/** What the portal's role has no right to. */
function beyondUs(
  keyspace: string,
  { state, beyond }: Compared,
  provisioner: string,
): Finding[] {
  const { name } = state;
  const finding = (what: string, statement: string): Finding => ({
    policy: 'cassandra/group-role',
    effect: 'deny',
    retryable: true,
    path: `access.${name}`,
    message: `The group role "${name}" ${what}, which only an administrator can change, by: ${statement}`,
  });
  return [
    ...(state.exists && !state.made
      ? [
          finding(
            'was made or taken over by somebody else',
            cql.grantRoleRightsTo(name, provisioner),
          ),
        ]
      : []),
    ...(state.superuser
      ? [
          finding(
            'is a superuser, and so is each of its members',
            cql.revokeSuperuser(name),
          ),
        ]
      : []),
    ...(state.superuserBy !== undefined
      ? [
          finding(
            `is a member of the superuser "${state.superuserBy}", and so is each of its own members`,
            `${cql.revokeRole(
              state.superuserBy,
              name,
            )}; or the same of the role in between, which LIST ROLES OF "${name}" shows`,
          ),
        ]
      : []),
    ...beyond.map(({ resource, permissions }) =>
      finding(
        `holds ${permissions.join(', ')} on ${placeOf(keyspace, resource)}`,
        cql.revokeFrom(name, permissions, targetOf(resource)),
      ),
    ),
  ];
}

function resourceOf({ on, keyspace }: cql.Permissions): string {
  return on === 'keyspace'
    ? keyspaceResource(keyspace)
    : tablesResource(keyspace);
}

function describe(keyspace: string, held: readonly HeldOn[]): string {
  return (
    held
      .map(
        ({ resource, permissions }) =>
          `${[...permissions].sort().join(', ')} on ${placeOf(
            keyspace,
            resource,
          )}`,
      )
      .join('; ') || 'nothing'
  );
}

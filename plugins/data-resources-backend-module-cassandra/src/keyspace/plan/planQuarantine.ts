import type {
  Change,
  Finding,
  PlanInput,
  PlannedGrant,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { ClusterFacts } from '../../probe/facts';
import type { KeyspaceSpec } from '../keyspaceSpec';
import type { KeyspaceFacts } from '../observation';
import {
  findingsOfOurs,
  foreignInPlace,
  notAtOnce,
  rightsFindings,
} from './findings';
import { groupPermissions, quarantineSteps, restoreSteps } from './steps';

type Input = PlanInput<KeyspaceSpec>;

/** Takes the group roles' permissions; who is a member of them stays as it is. */
export function planQuarantine(input: Input): ProviderPlan {
  const { object, observed, grants } = input;
  return {
    changes:
      observed.exists && observed.ours
        ? accessChanges(object.name, grants.remove, 'from')
        : [],
    steps: quarantineSteps(object.name, grants.remove),
    findings: findingsOfQuarantine(input),
    risk: 'medium',
  };
}

/** Gives what the ledger holds, whatever is missing of it. */
export function planRestore(input: Input): ProviderPlan {
  const { object, grants } = input;
  return {
    changes: accessChanges(object.name, grants.add, 'to'),
    steps: restoreSteps(
      object.name,
      grants.add,
      (input.instance.facts as ClusterFacts).loginDataCenters,
    ),
    findings: findingsOfOurs(input),
    risk: 'low',
  };
}

function accessChanges(
  keyspace: string,
  grants: readonly PlannedGrant[],
  side: 'from' | 'to',
): Change[] {
  return [
    ...groupPermissions(keyspace).map(
      ({ role, permissions, on }): Change => ({
        path: `permissions.${role}`,
        [side]: `${permissions.join(', ')} on ${
          on === 'keyspace' ? 'the keyspace' : 'all its tables'
        }`,
        kind: 'in-place',
      }),
    ),
    ...grants.map(
      ({ principal, role }): Change => ({
        path: `grants.${principal}.${role}`,
        [side]: role,
        kind: 'in-place',
      }),
    ),
  ];
}

function findingsOfQuarantine({
  object,
  observed,
  instance,
  grants,
}: Input): Finding[] {
  const { name } = object;
  if (!observed.exists) {
    return [
      {
        policy: 'cassandra/keyspace-gone',
        effect: 'info',
        message: `The keyspace "${name}" is not on the cluster any more, so there is nothing to take`,
      },
    ];
  }
  if (!observed.ours) {
    return [foreignInPlace(name)];
  }
  const makers = grants.remove
    .filter(({ role }) => role === 'owner')
    .map(({ principal }) => principal);
  return [
    ...rightsFindings(name, observed.facts as KeyspaceFacts, instance),
    notAtOnce(instance),
    {
      policy: 'cassandra/quarantine-data',
      effect: 'info',
      message:
        'The data stays, and takes up the disk as before. Rows and cells with a time to live go on expiring, and compaction removes them for good',
    },
    {
      policy: 'cassandra/quarantine-others',
      effect: 'info',
      message: `Superusers, and whoever was given permissions without the portal, keep them. What somebody else gave the group roles of "${name}" is taken with the rest and not restored`,
    },
    ...(makers.length === 0
      ? []
      : [
          {
            policy: 'cassandra/quarantine-created-tables',
            effect: 'info' as const,
            message: `What Cassandra gave the logins of ${[
              ...new Set(makers),
            ].join(
              ', ',
            )} on each table that they made is taken and not restored: the role owner gives all of it again, save AUTHORIZE and the rights on masked columns`,
          },
        ]),
  ];
}

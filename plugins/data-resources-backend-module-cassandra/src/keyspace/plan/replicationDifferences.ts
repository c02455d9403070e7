import type {
  Change,
  Finding,
  InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import { type KeyspaceSpec, STRATEGY } from '../keyspaceSpec';
import type { Difference } from './Difference';
import { nodetool } from './nodetool';
import { quorum } from './quorumFinding';
import { count, replicationFindings } from './specFindings';

/** What the engine has no way to do, whatever limits and guardrails say. */
const IMPOSSIBLE = [
  'cassandra/unknown-data-center',
  'cassandra/replication-factor',
];

/** The data centres whose replicas change. */
export function replicaDifferences(
  keyspace: string,
  seen: KeyspaceSpec,
  desired: KeyspaceSpec,
  instance: InstanceProbe,
): Difference[] {
  const names = new Set([
    ...Object.keys(seen.replication),
    ...Object.keys(desired.replication),
  ]);
  const source = staying(seen, desired, instance)[0];
  return [...names].sort().flatMap(dataCenter => {
    const from = replicasIn(seen, dataCenter);
    const to = replicasIn(desired, dataCenter);
    if (from === to) {
      return [];
    }
    if (to === undefined) {
      return [removed(keyspace, dataCenter, from!, instance)];
    }
    const ruled = replicationFindings({ [dataCenter]: to }, instance);
    const told =
      from === undefined
        ? added(keyspace, dataCenter, source)
        : resized(keyspace, dataCenter, from, to);
    return [
      {
        change: change(dataCenter, from, to, kindOf(ruled)),
        findings: isDenied(ruled) ? ruled : [...ruled, told],
        risk: 'medium',
      },
    ];
  });
}

/** The cluster places replicas by another strategy, as it does when an administrator says so. */
export function strategyDifference(
  keyspace: string,
  strategy: string,
  desired: KeyspaceSpec,
  instance: InstanceProbe,
): Difference[] {
  return [
    {
      change: {
        path: 'replication.class',
        from: strategy,
        to: STRATEGY,
        kind: 'in-place',
      },
      findings: [
        {
          policy: 'cassandra/strategy',
          effect: 'warn',
          path: 'spec.replication',
          message: `${STRATEGY} places replicas on other nodes than ${strategy}. Reads can miss data until this was run on every node, one after the other: ${nodetool(
            'repair -full',
            keyspace,
          )}`,
        },
      ],
      risk: 'high',
    },
    ...Object.keys(desired.replication)
      .sort()
      .map((dataCenter): Difference => {
        const to = desired.replication[dataCenter];
        const findings = replicationFindings({ [dataCenter]: to }, instance);
        return {
          change: change(dataCenter, undefined, to, kindOf(findings)),
          findings,
          risk: 'high',
        };
      }),
  ];
}

/** Refuses a move of all replicas at once: there would be nothing left to copy from. */
export function keepsReplicas(
  seen: KeyspaceSpec,
  desired: KeyspaceSpec,
  instance: InstanceProbe,
): Finding[] {
  const before = Object.keys(seen.replication).filter(name =>
    Object.hasOwn(instance.topology.dataCenters ?? {}, name),
  );
  if (before.length === 0 || staying(seen, desired, instance).length > 0) {
    return [];
  }
  return [
    {
      policy: 'cassandra/no-replica-stays',
      effect: 'deny',
      path: 'spec.replication',
      message: `None of the data centres that hold the data now (${before
        .sort()
        .map(name => `"${name}"`)
        .join(
          ', ',
        )}) would keep replicas, and the new ones begin empty. Add the new ones first, keep one of the old, and take that away in a second change, once the new ones are rebuilt`,
    },
  ];
}

function added(
  keyspace: string,
  dataCenter: string,
  source: string | undefined,
): Finding {
  return {
    policy: 'cassandra/data-center-added',
    effect: 'warn',
    path: `spec.replication.${dataCenter}`,
    message: `"${dataCenter}" holds nothing of the keyspace yet. Reads at LOCAL_ONE and LOCAL_QUORUM there miss what was written before${
      source === undefined
        ? ''
        : `, until this was run on every node of it: ${nodetool(
            'rebuild -ks',
            keyspace,
            source,
          )}`
    }`,
  };
}

function resized(
  keyspace: string,
  dataCenter: string,
  from: number,
  to: number,
): Finding {
  const path = `spec.replication.${dataCenter}`;
  const repair = nodetool('repair -full', keyspace);
  if (to < from) {
    return {
      policy: 'cassandra/replicas-lowered',
      effect: 'warn',
      path,
      message: `${count(
        from - to,
        'replica',
      )} of each row goes in "${dataCenter}". What only those hold is lost to reads: before this is executed, run on every node of it: ${repair}. To free the disk afterwards, run on each: ${nodetool(
        'cleanup',
        keyspace,
      )}`,
    };
  }
  // Whoever wrote to a quorum is sure to be read by one only where the two overlap.
  const overlaps = quorum(from) + quorum(to) > to;
  return {
    policy: 'cassandra/replicas-raised',
    effect: 'warn',
    path,
    message: `The new replicas in "${dataCenter}" begin empty. Until this was run on every node of it, one after the other: ${repair}, reads at ONE and LOCAL_ONE can miss data${
      overlaps
        ? '; those at LOCAL_QUORUM find what was written at LOCAL_QUORUM'
        : `, and so can those at LOCAL_QUORUM, for ${quorum(
            to,
          )} of the ${to} replicas may all be new. Raise by one at a time, with a repair after each, to spare LOCAL_QUORUM that`
    }`,
  };
}

function removed(
  keyspace: string,
  dataCenter: string,
  from: number,
  instance: InstanceProbe,
): Difference {
  const path = `spec.replication.${dataCenter}`;
  const known = Object.hasOwn(instance.topology.dataCenters ?? {}, dataCenter);
  return known
    ? {
        change: change(dataCenter, from, undefined, 'destructive'),
        findings: [
          {
            policy: 'cassandra/data-center-removed',
            effect: 'warn',
            path,
            message: `"${dataCenter}" gives up its ${count(
              from,
              'replica',
            )} of each row: clients that use LOCAL_ONE or LOCAL_QUORUM there fail, and what only those hold is lost. Before this is executed, run on every node of the cluster: ${nodetool(
              'repair -full',
              keyspace,
            )}. To free the disk afterwards, run on every node of "${dataCenter}": ${nodetool(
              'cleanup',
              keyspace,
            )}`,
          },
        ],
        risk: 'high',
      }
    : {
        change: change(dataCenter, from, undefined, 'in-place'),
        findings: [
          {
            policy: 'cassandra/data-center-removed',
            effect: 'info',
            path,
            message: `The cluster has no node in "${dataCenter}" any more, so no data goes with it`,
          },
        ],
        risk: 'low',
      };
}

/** Data centres of the cluster that hold replicas before and after. */
function staying(
  seen: KeyspaceSpec,
  desired: KeyspaceSpec,
  { topology }: InstanceProbe,
): string[] {
  return Object.keys(seen.replication)
    .filter(
      name =>
        Object.hasOwn(desired.replication, name) &&
        Object.hasOwn(topology.dataCenters ?? {}, name),
    )
    .sort();
}

function change(
  dataCenter: string,
  from: number | undefined,
  to: number | undefined,
  kind: Change['kind'],
): Change {
  return { path: `replication.${dataCenter}`, from, to, kind };
}

function replicasIn(
  { replication }: KeyspaceSpec,
  dataCenter: string,
): number | undefined {
  return Object.hasOwn(replication, dataCenter)
    ? replication[dataCenter]
    : undefined;
}

function kindOf(findings: Finding[]): Change['kind'] {
  return findings.some(({ policy }) => IMPOSSIBLE.includes(policy))
    ? 'unsupported'
    : 'in-place';
}

function isDenied(findings: Finding[]): boolean {
  return findings.some(({ effect }) => effect === 'deny');
}

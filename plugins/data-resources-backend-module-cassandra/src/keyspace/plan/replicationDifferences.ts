import {
  fieldPath,
  type Change,
  type Finding,
  type InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import { type KeyspaceSpec, STRATEGY } from '../keyspaceSpec';
import type { Difference } from './Difference';
import { nodetool } from './nodetool';
import { added, removed, resized } from './replicationAdvice';
import { replicationFindings } from './specFindings';

/** What the engine has no way to do, whatever limits and guardrails say. */
const IMPOSSIBLE = [
  'cassandra/unknown-data-center',
  'cassandra/replication-factor',
];

/** What the server looks for in each ALTER KEYSPACE, whatever that changes. */
const REFUSED_AS_A_WHOLE = new Set([
  'cassandra/unknown-data-center',
  'cassandra/guardrail-replication-factor',
]);

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
      return [removal(keyspace, dataCenter, from!, instance)];
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

/**
 * What makes the server refuse any ALTER KEYSPACE though the replicas stay as they are there: it looks at
 * the whole definition, while it says no more than a warning of more replicas than nodes.
 */
export function stayingFindings(
  seen: KeyspaceSpec,
  desired: KeyspaceSpec,
  instance: InstanceProbe,
): Finding[] {
  const unchanged = Object.keys(desired.replication).filter(
    name => replicasIn(seen, name) === desired.replication[name],
  );
  return replicationFindings(
    Object.fromEntries(
      unchanged.map(name => [name, desired.replication[name]]),
    ),
    instance,
  ).filter(
    ({ policy, effect }) => effect === 'deny' && REFUSED_AS_A_WHOLE.has(policy),
  );
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
    isKnown(name, instance),
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

function removal(
  keyspace: string,
  dataCenter: string,
  from: number,
  instance: InstanceProbe,
): Difference {
  return isKnown(dataCenter, instance)
    ? {
        change: change(dataCenter, from, undefined, 'destructive'),
        findings: [removed(keyspace, dataCenter, from)],
        risk: 'high',
      }
    : {
        change: change(dataCenter, from, undefined, 'in-place'),
        findings: [
          {
            policy: 'cassandra/data-center-removed',
            effect: 'info',
            path: fieldPath(['spec', 'replication', dataCenter]),
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
  instance: InstanceProbe,
): string[] {
  return Object.keys(seen.replication)
    .filter(
      name =>
        Object.hasOwn(desired.replication, name) && isKnown(name, instance),
    )
    .sort();
}

function isKnown(dataCenter: string, { topology }: InstanceProbe): boolean {
  return Object.hasOwn(topology.dataCenters ?? {}, dataCenter);
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

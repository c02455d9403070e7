import type {
  Finding,
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import { type KeyspaceSpec, STRATEGY } from '../keyspaceSpec';
import type { KeyspaceFacts } from '../observation';
import type { Difference } from './Difference';
import { findingsOfOurs } from './findings';
import { groupDifferences } from './groupDifferences';
import { quorumFinding } from './quorumFinding';
import { rackFindings } from './rackFindings';
import {
  keepsReplicas,
  replicaDifferences,
  stayingFindings,
  strategyDifference,
} from './replicationDifferences';
import { schemaChangeFindings } from './schemaFindings';
import { alterSteps } from './steps';

const RISKS = ['low', 'medium', 'high'] as const;

/** From what the cluster has to what is asked for, in one ALTER KEYSPACE. */
export function planUpdate(input: PlanInput<KeyspaceSpec>): ProviderPlan {
  const { object, observed } = input;
  const findings = findingsOfOurs(input);
  if (!observed.exists || !observed.ours) {
    return { changes: [], steps: [], findings, risk: 'low' };
  }
  const seen = observed.spec as KeyspaceSpec;
  const desired = input.desired!;
  const { strategy } = observed.facts as KeyspaceFacts;
  const replication =
    strategy === STRATEGY
      ? replicaDifferences(object.name, seen, desired, input.instance)
      : strategyDifference(object.name, strategy, desired, input.instance);
  const differences = [...durabilityDifference(seen, desired), ...replication];
  const groups = groupDifferences(input);
  const ofTheDefinition = differences.length > 0;
  return {
    changes: [...differences.map(({ change }) => change), ...groups.changes],
    steps: [
      ...(ofTheDefinition ? alterSteps(object.name, desired) : []),
      ...groups.steps,
    ],
    findings: [
      ...findings,
      ...schemaChangeFindings(input),
      ...differences.flatMap(difference => difference.findings),
      ...(ofTheDefinition && strategy === STRATEGY
        ? stayingFindings(seen, desired, input.instance)
        : []),
      ...(replication.length === 0
        ? []
        : replicationAsAWhole(seen, desired, input)),
      // What else is to be changed need not wait for an administrator.
      ...groups.beyond.map(finding =>
        ofTheDefinition || groups.steps.length > 0
          ? { ...finding, effect: 'warn' as const }
          : finding,
      ),
    ],
    risk: RISKS[
      Math.max(
        // Whoever is let in or out is told before.
        groups.changes.length > 0 ? RISKS.indexOf('medium') : 0,
        ...differences.map(({ risk }) => RISKS.indexOf(risk)),
      )
    ],
  };
}

function durabilityDifference(
  seen: KeyspaceSpec,
  desired: KeyspaceSpec,
): Difference[] {
  return seen.durableWrites === desired.durableWrites
    ? []
    : [
        {
          change: {
            path: 'durableWrites',
            from: seen.durableWrites,
            to: desired.durableWrites,
            kind: 'in-place',
          },
          // What it means is a default policy's to say.
          findings: [],
          risk: desired.durableWrites ? 'low' : 'high',
        },
      ];
}

function replicationAsAWhole(
  seen: KeyspaceSpec,
  desired: KeyspaceSpec,
  { instance, observed }: PlanInput<KeyspaceSpec>,
): Finding[] {
  const { strategy } = observed.facts as KeyspaceFacts;
  return [
    ...(strategy === STRATEGY ? keepsReplicas(seen, desired, instance) : []),
    quorumFinding(desired.replication),
    ...rackFindings(desired.replication, instance),
  ];
}

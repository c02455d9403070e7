import {
  type Change,
  type PlanInput,
  type PlannedGrant,
  ProviderError,
  type ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { ClusterFacts } from '../../probe/facts';
import type { KeyspaceSpec } from '../keyspaceSpec';
import {
  findingsOfCreate,
  findingsOfDelete,
  findingsOfOurs,
  notAtOnce,
} from './findings';
import { planAdopt } from './planAdopt';
import { planQuarantine, planRestore } from './planQuarantine';
import { planUpdate } from './planUpdate';
import { schemaChanges } from './schemaSteps';
import { createSteps, deleteSteps, grantSteps, revokeSteps } from './steps';

/** Pure: what it takes to get from what is observed to what is asked for. */
export function planKeyspace(input: PlanInput<KeyspaceSpec>): ProviderPlan {
  const { name } = input.object;
  const { add, remove, keep } = input.grants;
  const { provisioner, loginDataCenters } = input.instance
    .facts as ClusterFacts;
  switch (input.action) {
    case 'create':
      return {
        changes: [
          ...specChanges(input.desired!),
          ...schemaChanges(input.desired!),
          ...add.map(grant => grantChange(grant, 'given')),
        ],
        steps: [
          ...createSteps(
            name,
            input.desired!,
            provisioner,
            input.instance.version,
          ),
          ...grantSteps(name, add, loginDataCenters),
        ],
        findings: findingsOfCreate(input),
        risk: 'low',
      };
    case 'adopt':
      return planAdopt(input);
    case 'grant':
      return {
        changes: add.map(grant => grantChange(grant, 'given')),
        steps: grantSteps(name, add, loginDataCenters),
        findings: findingsOfOurs(input),
        risk: 'low',
      };
    case 'revoke':
      return {
        changes: remove.map(grant => grantChange(grant, 'taken')),
        steps: revokeSteps(name, remove, keep),
        findings: [notAtOnce(input.instance)],
        risk: 'medium',
      };
    case 'delete':
      return {
        changes: [
          ...(input.observed.exists && input.observed.ours
            ? [{ path: 'keyspace', from: name, kind: 'destructive' as const }]
            : []),
          ...remove.map(grant => grantChange(grant, 'taken')),
        ],
        steps: deleteSteps(name, remove),
        findings: findingsOfDelete(input),
        risk: 'high',
      };
    case 'update':
      return planUpdate(input);
    case 'quarantine':
      return planQuarantine(input);
    case 'restore':
      return planRestore(input);
    default:
      throw new ProviderError(
        'Unsupported',
        `A keyspace cannot be the object of '${input.action as string}'`,
      );
  }
}

function specChanges(spec: KeyspaceSpec): Change[] {
  return [...flatten(spec)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([path, to]) => ({ path, to, kind: 'create' }));
}

function flatten(spec: KeyspaceSpec): Map<string, unknown> {
  return new Map<string, unknown>([
    ['durableWrites', spec.durableWrites],
    ...Object.entries(spec.replication).map(
      ([dataCenter, replicas]) =>
        [`replication.${dataCenter}`, replicas] as [string, unknown],
    ),
  ]);
}

function grantChange(
  { principal, role }: PlannedGrant,
  direction: 'given' | 'taken',
): Change {
  const path = `grants.${principal}.${role}`;
  return direction === 'given'
    ? { path, to: role, kind: 'create' }
    : { path, from: role, kind: 'in-place' };
}

import {
  loginSlots,
  type PlanInput,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { type KeyspaceSpec, STRATEGY } from '../keyspace/keyspaceSpec';
import type { KeyspaceFacts } from '../keyspace/observation';
import type { ClusterFacts, Guardrails } from '../probe/facts';

/** A grant to the component of that name. */
export function grantOf(name: string, role: string): PlannedGrant {
  const principal = `component:default/${name}`;
  return {
    principal,
    role,
    login: loginSlots({ principal, environment: 'dev', installationId: 'x' }),
  };
}

/** What {@link planInput} can be told. */
export interface PlanInputOverrides {
  action?: PlanInput['action'];
  name?: string;
  spec?: Partial<KeyspaceSpec>;
  /** What the cluster has; with it the keyspace is there and ours. */
  seen?: Partial<KeyspaceSpec>;
  ours?: boolean;
  facts?: Partial<KeyspaceFacts>;
  grants?: Partial<PlanInput['grants']>;
  dataCenters?: { [name: string]: number };
  racks?: ClusterFacts['racks'];
  guardrails?: Guardrails;
  limits?: ClusterFacts['limits'];
  userKeyspaces?: number;
  userTables?: number;
  validity?: ClusterFacts['validity'];
  autoSnapshot?: ClusterFacts['autoSnapshot'];
  version?: string;
}

/** The input of a plan for the keyspace orders, on a cluster of two data centres unless told. */
export function planInput(
  overrides: PlanInputOverrides = {},
): PlanInput<KeyspaceSpec> {
  const spec: KeyspaceSpec = { replication: { east: 3 }, durableWrites: true };
  const { seen, ours = seen !== undefined } = overrides;
  return {
    action: overrides.action ?? 'create',
    object: { name: overrides.name ?? 'orders' },
    desired: { ...spec, ...overrides.spec },
    current: seen && spec,
    grants: { add: [], remove: [], keep: [], ...overrides.grants },
    observed: {
      exists: seen !== undefined,
      ours,
      spec: seen && { ...spec, ...seen },
      facts: {
        rightsHeld: ours,
        groupRoles: [],
        strategy: seen ? STRATEGY : '',
        ...overrides.facts,
      },
    },
    instance: {
      clusterId: 'c/1',
      version: overrides.version ?? '5.0.9',
      topology: {
        dataCenters: overrides.dataCenters ?? { west: 2, east: 3 },
      },
      conditions: [],
      facts: {
        provisioner: 'portal',
        userKeyspaces: overrides.userKeyspaces ?? 5,
        userTables: overrides.userTables,
        racks: overrides.racks,
        validity: overrides.validity,
        autoSnapshot: overrides.autoSnapshot,
        guardrails: overrides.guardrails ?? {},
        limits: overrides.limits ?? {},
      },
    },
  };
}

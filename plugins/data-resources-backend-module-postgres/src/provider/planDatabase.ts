import { isDeepStrictEqual } from 'node:util';
import type {
  Change,
  Finding,
  PlanInput,
  PlannedGrant,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import type { DatabaseSpec } from '../type/specSchema';
import { createFindings } from './findings';
import { StepPlanner } from './StepPlanner';

type Input = PlanInput<DatabaseSpec>;

/** The steps, changes and findings of an action on a database. Pure. */
export function planDatabase(
  input: Input,
  config: InstanceConfig,
  installationId: string,
): ProviderPlan {
  const steps = new StepPlanner(input.object.name, installationId);
  switch (input.action) {
    case 'create':
      return planCreate(input, config, steps);
    case 'update':
      return planUpdate(input);
    case 'grant':
      return {
        changes: grantChanges(input.grants.add),
        steps: steps.grants(input.grants.add),
        findings: [],
        risk: 'low',
      };
    case 'revoke':
      return {
        changes: input.grants.remove.map(grant => ({
          path: `grants.${grant.principal}.${grant.role}`,
          from: grant.role,
          kind: 'in-place',
        })),
        steps: steps.revocations(input.grants.remove, input.grants.keep),
        findings: [],
        risk: 'low',
      };
    default:
      return planDelete(input, steps);
  }
}

function planCreate(
  input: Input,
  config: InstanceConfig,
  steps: StepPlanner,
): ProviderPlan {
  const spec = input.desired!;
  const changes: Change[] = Object.entries(spec)
    .filter(([, value]) => value !== undefined)
    .map(([path, to]) => ({ path, to, kind: 'create' }));
  return {
    changes: [...changes, ...grantChanges(input.grants.add)],
    steps: [...steps.database(spec), ...steps.grants(input.grants.add)],
    findings: createFindings(input, config),
    risk: 'low',
  };
}

/** Changing a database is not built yet: what would change is named, and denied. */
function planUpdate({ current, desired }: Input): ProviderPlan {
  const before: { [field: string]: unknown } = { ...current };
  const after: { [field: string]: unknown } = { ...desired };
  const changes: Change[] = [
    ...new Set([...Object.keys(before), ...Object.keys(after)]),
  ]
    .filter(field => !isDeepStrictEqual(before[field], after[field]))
    .sort()
    .map(field => ({
      path: field,
      from: before[field],
      to: after[field],
      kind: 'unsupported',
    }));
  const findings: Finding[] = changes.map(({ path }) => ({
    policy: 'postgres/unsupported-change',
    effect: 'deny',
    path: `spec.${path}`,
    message: `${path} of an existing database cannot be changed here yet; leave it as it is`,
  }));
  return { changes, steps: [], findings, risk: 'low' };
}

function planDelete(input: Input, steps: StepPlanner): ProviderPlan {
  const { remove } = input.grants;
  return {
    changes: [
      { path: 'database', from: input.object.name, kind: 'destructive' },
      ...remove.map(
        (grant): Change => ({
          path: `grants.${grant.principal}.${grant.role}`,
          from: grant.role,
          kind: 'destructive',
        }),
      ),
    ],
    steps: [...steps.removal(), ...steps.releases(remove)],
    findings: [],
    risk: 'high',
  };
}

function grantChanges(grants: readonly PlannedGrant[]): Change[] {
  return grants.map(({ principal, role }) => ({
    path: `grants.${principal}.${role}`,
    to: role,
    kind: 'create',
  }));
}

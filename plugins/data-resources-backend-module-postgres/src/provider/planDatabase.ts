import type {
  Change,
  PlanInput,
  PlannedGrant,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { dialectOf } from '../sql/dialect';
import type { DatabaseSpec } from '../type/specSchema';
import { createFindings } from './createFindings';
import { extensionsInOrder } from './extensionOrder';
import { observedFacts, serverFacts } from './facts';
import { absenceFindings, closedFindings, serverFindings } from './findings';
import { grantFindings } from './grantFindings';
import { recordedSchemas } from './identity';
import { deletionFindings } from './deletionFindings';
import { dumpFindings } from './dumpFindings';
import { planAdopt } from './planAdopt';
import { planQuarantine, planRestore } from './planQuarantine';
import { planUpdate } from './planUpdate';
import { StepPlanner } from './StepPlanner';
import { brokenFindings, unreachableFindings } from './upkeepPlan';

type Input = PlanInput<DatabaseSpec>;

/** The steps, changes and findings of an action on a database. Pure. */
export function planDatabase(
  input: Input,
  config: InstanceConfig,
  installationId: string,
): ProviderPlan {
  const plan = planAction(input, config, installationId);
  return {
    ...plan,
    findings: [...serverFindings(input), ...plan.findings],
  };
}

function planAction(
  input: Input,
  config: InstanceConfig,
  installationId: string,
): ProviderPlan {
  const { server } = serverFacts(input.instance.facts);
  const steps = new StepPlanner(input.object.name, installationId, {
    dialect: dialectOf(server),
    colocation: config.admin.colocation && Boolean(server?.yugabyte),
    limits: config.limits.logins,
  });
  switch (input.action) {
    case 'create':
      return planCreate(input, config, steps);
    case 'adopt':
      return planAdopt(input, config, steps);
    case 'update':
      return planUpdate(input, config, steps);
    case 'quarantine':
      return planQuarantine(input, steps);
    case 'restore':
      return planRestore(input, steps);
    case 'grant':
      return {
        changes: grantChanges(input.grants.add),
        steps: steps.access.grants(input.grants.add, input.desired ?? {}),
        findings: [...unreachableFindings(input), ...grantFindings(input)],
        risk: 'low',
      };
    case 'revoke':
      return {
        changes: input.grants.remove.map(grant => ({
          path: `grants.${grant.principal}.${grant.role}`,
          from: grant.role,
          kind: 'in-place',
        })),
        steps: steps.access.revocations(input.grants.remove, input.grants.keep),
        findings: [
          ...unreachableFindings(input),
          ...closedFindings(input, input.grants.remove),
        ],
        risk: 'low',
      };
    default:
      return planDelete(input, config, steps);
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
    steps: [
      ...steps.database({
        ...spec,
        extensions: extensionsInOrder(
          spec.extensions,
          serverFacts(input.instance.facts),
        ),
      }),
      ...steps.access.grants(input.grants.add, spec),
    ],
    findings: [...createFindings(input, config), ...grantFindings(input)],
    risk: 'low',
  };
}

function planDelete(
  input: Input,
  { deletion: { dump } }: InstanceConfig,
  steps: StepPlanner,
): ProviderPlan {
  const { remove } = input.grants;
  const isDumped = dump && input.observed.ours;
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
    steps: [
      ...(isDumped ? steps.dump(dump) : []),
      ...steps.removal(
        recordedSchemas(input.object).map(({ schema }) => schema),
        observedFacts(input.observed.facts),
      ),
      ...steps.access.releases(remove),
    ],
    findings: [
      // What is gone may be deleted; what has another name would stay.
      ...(input.observed.renamedTo === undefined ? [] : absenceFindings(input)),
      ...brokenFindings(input),
      ...deletionFindings(input),
      ...(isDumped ? dumpFindings(input) : []),
    ],
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

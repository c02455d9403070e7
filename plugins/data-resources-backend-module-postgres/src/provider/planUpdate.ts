import type {
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import type { DatabaseSpec } from '../type/specSchema';
import { changesOf, differencesOf } from './differences';
import { extensionsInOrder } from './extensionOrder';
import { serverFacts } from './facts';
import { absenceFindings } from './findings';
import type { StepPlanner } from './StepPlanner';
import { brokenFindings, isClosedByOthers, upkeepChanges } from './upkeepPlan';
import { riskOf, updateFindings } from './updateFindings';

/** Brings a database from how it is to how it is asked for. */
export function planUpdate(
  input: PlanInput<DatabaseSpec>,
  config: InstanceConfig,
  steps: StepPlanner,
): ProviderPlan {
  const absence = absenceFindings(input);
  if (absence.length > 0) {
    return { changes: [], steps: [], findings: absence, risk: 'low' };
  }
  const differences = differencesOf(input);
  return {
    changes: [...changesOf(differences), ...upkeepChanges(input)],
    steps: [
      ...(isClosedByOthers(input) ? steps.opening() : []),
      ...steps.upkeep(input),
      ...steps.alterations(
        {
          ...differences,
          create: extensionsInOrder(
            differences.create,
            serverFacts(input.instance.facts),
          ),
        },
        input.grants.keep,
      ),
    ],
    findings: [
      ...brokenFindings(input),
      ...updateFindings(input, differences, config),
    ],
    risk: riskOf(input, differences),
  };
}

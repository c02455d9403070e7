import type {
  Change,
  Finding,
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { DatabaseSpec } from '../type/specSchema';
import { observedFacts } from './facts';
import { heldFindings } from './deletionFindings';
import { absenceFindings, info, warn } from './findings';
import { brokenFindings } from './upkeepPlan';
import type { StepPlanner } from './StepPlanner';

type Input = PlanInput<DatabaseSpec>;

/** Shuts a database with all that is in it; roles and memberships stay for the way back. */
export function planQuarantine(input: Input, steps: StepPlanner): ProviderPlan {
  const absence = absenceFindings(input);
  if (absence.length > 0) {
    return { changes: [], steps: [], findings: absence, risk: 'low' };
  }
  const { closed } = observedFacts(input.observed.facts);
  return {
    changes: [
      ...(closed ? [] : [allowConnections(false)]),
      ...input.grants.remove.map(
        ({ principal, role }): Change => ({
          path: `grants.${principal}.${role}`,
          from: role,
          kind: 'in-place',
        }),
      ),
    ],
    steps: steps.closing(),
    findings: [
      ...brokenFindings(input),
      ...quarantineFindings(input),
      ...heldFindings(input),
    ],
    risk: 'medium',
  };
}

/** Opens it again, and gives what the ledger holds where somebody took it meanwhile. */
export function planRestore(input: Input, steps: StepPlanner): ProviderPlan {
  const absence = absenceFindings(input);
  if (absence.length > 0) {
    return { changes: [], steps: [], findings: absence, risk: 'low' };
  }
  const { closed } = observedFacts(input.observed.facts);
  return {
    changes: [
      ...(closed ? [allowConnections(true)] : []),
      ...input.grants.add.map(
        ({ principal, role }): Change => ({
          path: `grants.${principal}.${role}`,
          to: role,
          kind: 'in-place',
        }),
      ),
    ],
    steps: [
      ...steps.opening(),
      ...steps.access.grants(input.grants.add, input.desired ?? {}),
    ],
    findings: brokenFindings(input),
    risk: 'low',
  };
}

function allowConnections(to: boolean): Change {
  return { path: 'allowConnections', from: !to, to, kind: 'in-place' };
}

function quarantineFindings({ observed }: Input): Finding[] {
  const { sessions = 0, visitors = [] } = observedFacts(observed.facts);
  return [
    info(
      'quarantine',
      'name',
      'The database stays as it is and takes its space, and autovacuum goes on. Nobody can connect, superusers included: pg_dump cannot read it and pg_dumpall skips it, while backups of the whole server hold it',
    ),
    ...(sessions > 0
      ? [
          info(
            'quarantine-sessions',
            'name',
            `${sessions} ${
              sessions === 1 ? 'session is' : 'sessions are'
            } open now, and what they are doing is rolled back`,
          ),
        ]
      : []),
    ...(visitors.length > 0
      ? [
          warn(
            'quarantine-visitors',
            'name',
            `${visitors.join(
              ', ',
            )} is connected, and the provisioner may not end the session: it goes on until it ends by itself, or an administrator ends it`,
          ),
        ]
      : []),
  ];
}

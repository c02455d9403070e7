import type {
  Change,
  Finding,
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import type { Adoption } from '../sql/adoption';
import { groupRoles } from '../type/names';
import type { DatabaseSpec } from '../type/specSchema';
import { adoptDenials, adoptNotes } from './adoptFindings';
import { type AdoptionFacts, observedFacts, type OwningRole } from './facts';
import type { DatabaseIdentity } from './identity';
import type { StepPlanner } from './StepPlanner';

type Input = PlanInput<DatabaseSpec>;

/** Makes a database ours that somebody else made, and takes nothing from anybody. */
export function planAdopt(
  input: Input,
  config: InstanceConfig,
  steps: StepPlanner,
): ProviderPlan {
  const { adoption } = observedFacts(input.observed.facts);
  const denials = adoptDenials(input, config);
  if (denials.length > 0 || !adoption) {
    return refused(denials);
  }
  const { systemIdentifier, database } = input.observed
    .identity as DatabaseIdentity;
  const { owner } = adoption;
  return {
    changes: changesOf(input.object.name, owner),
    steps: steps.adoption(
      { systemIdentifier, database: database! },
      adoptionArgs(adoption),
    ),
    findings: adoptNotes(input, adoption),
    risk: 'low',
  };
}

function refused(findings: Finding[]): ProviderPlan {
  return { changes: [], steps: [], findings, risk: 'low' };
}

/** Whether the provisioner can act as the role for the length of a transaction. */
export function isReachable({ self, administered, superuser }: OwningRole) {
  return self || (administered && !superuser);
}

function adoptionArgs({
  owner,
  owners,
  schemas,
}: AdoptionFacts): Omit<Adoption, 'roles'> {
  const reachable = owners.filter(isReachable);
  const creators = new Set([owner, ...reachable].map(({ name }) => name));
  const actors = [owner, ...reachable].filter(({ self }) => !self);
  return {
    owner: owner.name,
    handOver: owner.self,
    actors: [...new Set(actors.map(({ name }) => name))].sort(),
    creators: [...creators].sort(),
    schemas: schemas
      .filter(schema => creators.has(schema.owner))
      .map(({ name }) => name),
  };
}

function changesOf(database: string, owner: OwningRole): Change[] {
  const { dba, owner: owners, rw, ro } = groupRoles(database);
  return [
    { path: 'adopted', from: false, to: true, kind: 'in-place' },
    owner.self
      ? { path: 'owner', from: owner.name, to: dba, kind: 'in-place' }
      : { path: `members.${owner.name}`, to: dba, kind: 'create' },
    ...[owners, rw, ro].map(
      (role): Change => ({ path: `roles.${role}`, to: role, kind: 'create' }),
    ),
  ];
}

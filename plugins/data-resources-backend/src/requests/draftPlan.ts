import { ConflictError } from '@backstage/errors';
import type {
  Change,
  InstanceProbe,
  Observation,
  ProviderPlan,
  ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import { providerPlan, withObservedSpec } from './adoptRules';
import { deletionAtOnce, deletionLater } from './deletionChange';
import { denials } from './denials';
import type { QuarantinePeriods } from './QuarantinePeriods';
import type { Subject } from './Subject';
import { declaredChanges } from './updateRules';

/** What the engine would do about a subject, before anybody has judged it. */
export interface Draft {
  subject: Subject;
  observed: Observation;
  made: ProviderPlan;
}

export interface DraftOptions {
  provider: ResourceProvider;
  probe: InstanceProbe;
  quarantine: QuarantinePeriods;
}

/**
 * Throws `ConflictError` when the object stands in the way, `RequestInputError` where there is nothing
 * to adopt.
 */
export function draftPlan(
  asked: Subject,
  observed: Observation,
  { provider, probe, quarantine }: DraftOptions,
): Draft {
  const subject = withObservedSpec(
    withoutNeedlessQuarantine(asked, observed),
    observed,
  );
  const engines = providerPlan(provider, subject, observed, probe);
  const made = {
    ...engines,
    changes: [
      ...engines.changes,
      ...declaredChanges(subject, engines),
      ...deletionOf(subject, quarantine),
    ],
  };
  refuseWhatStandsThere(subject, observed, made);
  return { subject, observed, made };
}

/** Of a deletion: when the object is gone for good. */
function deletionOf(
  { planAction, instance, name, atOnce }: Subject,
  quarantine: QuarantinePeriods,
): Change[] {
  if (planAction === 'quarantine') {
    return [deletionLater(name, quarantine.describe(instance.environment))];
  }
  return atOnce ? [deletionAtOnce(name, atOnce)] : [];
}

/** The same deletion without its first half. */
export function withoutQuarantine(subject: Subject): Subject {
  const { suspended = [] } = subject;
  return {
    ...subject,
    planAction: 'delete',
    suspended: undefined,
    grants: { add: [], remove: suspended, keep: [] },
  };
}

/** What is gone, or another object now, can be kept from nobody: only our traces are removed. */
function withoutNeedlessQuarantine(
  subject: Subject,
  observed: Observation,
): Subject {
  return subject.planAction === 'quarantine' && !observed.ours
    ? withoutQuarantine(subject)
    : subject;
}

function refuseWhatStandsThere(
  subject: Subject,
  observed: Observation,
  made: ProviderPlan,
): void {
  const { input, instance, name } = subject;
  // A name that nobody may have is told as such: taking it over would be no way out.
  const nameIsDenied = denials(made).some(({ path }) => path === 'name');
  if (input.action === 'create' && observed.exists && !nameIsDenied) {
    throw new ConflictError(
      `${name} exists on ${instance.name} already, and nobody manages it. Choose another name, or ask the platform team to take it over with the action "adopt"`,
    );
  }
  if (input.action === 'grant' && !observed.ours) {
    throw new ConflictError(
      observed.exists
        ? `What is called ${name} on ${instance.name} now is not what the portal created there; somebody replaced it. Nothing can be granted on it`
        : `${name} is gone from ${instance.name}; nothing can be granted on it`,
    );
  }
}

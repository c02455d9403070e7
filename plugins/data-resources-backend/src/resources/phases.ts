import type { ResourcePhase } from '@data-resources/plugin-data-resources-common';

/** The resource's state machine: every change of phase there is. */
export const PHASE_TRANSITIONS: Readonly<
  Record<ResourcePhase, readonly ResourcePhase[]>
> = {
  provisioning: ['ready', 'failed', 'deleting', 'deleted'],
  ready: ['degraded', 'quarantined', 'deleting'],
  degraded: ['ready', 'quarantined', 'deleting'],
  quarantined: ['ready', 'deleting'],
  deleting: ['deleted', 'failed'],
  deleted: [],
  failed: ['provisioning', 'ready', 'deleting'],
};

/** Phases from which `phase` may be entered: what a conditional UPDATE asks for. */
export function phasesBefore(phase: ResourcePhase): ResourcePhase[] {
  return (Object.keys(PHASE_TRANSITIONS) as ResourcePhase[]).filter(from =>
    PHASE_TRANSITIONS[from].includes(phase),
  );
}

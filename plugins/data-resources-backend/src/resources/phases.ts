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

/** Whether a resource may go from one phase to another, or stay where it is. */
export function canEnter(from: ResourcePhase, to: ResourcePhase): boolean {
  return from === to || PHASE_TRANSITIONS[from].includes(to);
}

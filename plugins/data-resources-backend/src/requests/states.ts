import type { RequestState } from '@data-resources/plugin-data-resources-common';

/** The request's state machine: every transition there is. */
export const REQUEST_TRANSITIONS: Readonly<
  Record<RequestState, readonly RequestState[]>
> = {
  pending: ['approved', 'rejected', 'withdrawn', 'expired'],
  approved: ['executing', 'pending', 'rejected'],
  executing: ['completed', 'failed'],
  failed: ['executing', 'pending'],
  completed: [],
  rejected: [],
  withdrawn: [],
  expired: [],
};

/** Whether the state machine has the transition. */
export function canTransition(from: RequestState, to: RequestState): boolean {
  return REQUEST_TRANSITIONS[from].includes(to);
}

/** Whether nothing will ever happen to the request again. */
export function isFinal(state: RequestState): boolean {
  return REQUEST_TRANSITIONS[state].length === 0;
}

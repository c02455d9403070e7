import type { RequestAction } from '@data-resources/plugin-data-resources-common';

/** Whether a request puts something into the ledger that was not in it, and so holds a name. */
export function makesResource(action: RequestAction): boolean {
  return action === 'create' || action === 'adopt';
}

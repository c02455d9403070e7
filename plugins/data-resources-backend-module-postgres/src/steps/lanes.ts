import type { StepLanes } from '@data-resources/plugin-data-resources-node';
import { ensureLogin } from './ensureLogin';

/**
 * A kind's batches go one after another, and those of different kinds beside one another. Logins
 * have no need of the database that they are for; all else needs what stands before it.
 */
export const lanes: StepLanes = {
  laneOf: kind => ({ name: kind, batches: 1 }),
  needs: kind => (kind === ensureLogin.kind ? [] : undefined),
};

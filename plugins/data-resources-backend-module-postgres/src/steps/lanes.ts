import type { StepLanes } from '@data-resources/plugin-data-resources-node';
import { createDatabase } from './createDatabase';
import { ensureLogin } from './ensureLogin';
import { grantGroupRole } from './grantRole';
import { stepHandlers } from './handlers';
import { prepareDatabase } from './prepareDatabase';

/** Making a database takes the longest, and what roles and logins are about has no need of it. */
const MAKING: readonly string[] = [createDatabase.kind, prepareDatabase.kind];

/**
 * A kind's batches go one after another, and those of different kinds beside one another. Logins
 * have no need of the database that they are for, and become members of its group roles without it;
 * all else needs what stands before it.
 */
export const lanes: StepLanes = {
  laneOf: kind => ({ name: kind, batches: 1 }),
  needs: kind => {
    switch (kind) {
      case ensureLogin.kind:
        return [];
      case grantGroupRole.kind:
        return [...stepHandlers.keys()].filter(each => !MAKING.includes(each));
      default:
        return undefined;
    }
  },
};

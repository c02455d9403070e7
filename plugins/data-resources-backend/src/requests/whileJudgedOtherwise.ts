import { JudgedOtherwiseError } from './PlanJudge';
import type { PlannedRequest } from './PlannedRequest';
import type { PlanService } from './PlanService';

/** Each time somebody else was faster; a group's budget does not come and go that often. */
const ATTEMPTS = 5;

/**
 * Stores a plan; when what its owner group holds has changed since it was judged, judges it
 * again and stores that, so that a budget that is gone meanwhile sends the request to a person.
 *
 * @param store - one transaction, which calls `plans.judge.confirm` first
 */
export async function whileJudgedOtherwise<T>(
  plans: PlanService,
  planned: PlannedRequest,
  store: (planned: PlannedRequest) => Promise<T>,
): Promise<T> {
  let current = planned;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store(current);
    } catch (error) {
      if (!(error instanceof JudgedOtherwiseError) || attempt === ATTEMPTS) {
        throw error;
      }
      current = await plans.judge.judgeAgain(current);
    }
  }
}

import type { RequestRow } from '../database/rows';
import { denials } from './denials';
import { RequestInputError } from './input';
import type { PlannedRequest } from './PlannedRequest';
import type { PlanService } from './PlanService';
import type { NewRequest, RequestStore } from './RequestStore';
import { whileJudgedOtherwise } from './whileJudgedOtherwise';

/** What is stored of a request besides its plan. */
export type RequestMeta = Omit<NewRequest, 'planned' | 'confirm'>;

/**
 * Stores a planned request. Throws `RequestInputError` with the findings where a rule denies it,
 * and `ConflictError` where somebody was faster.
 */
export async function storeRequest(
  { plans, store }: { plans: PlanService; store: RequestStore },
  planned: PlannedRequest,
  meta: RequestMeta,
): Promise<RequestRow> {
  return whileJudgedOtherwise(plans, planned, async judged => {
    const denied = denials(judged.plan);
    if (denied.length > 0) {
      throw new RequestInputError(
        denied.map(({ message }) => message.replace(/\.$/, '')).join('; '),
        { path: denied[0].path, findings: judged.plan.findings },
      );
    }
    return store.insert({
      planned: judged,
      ...meta,
      confirm: trx => plans.judge.confirm(trx, judged),
    });
  });
}

import type { Knex } from 'knex';
import type { PlanRow, RequestRow } from '../database/rows';

/** The plan that each of the requests has now, by request; one revision of it never changes. */
export async function currentPlans(
  knex: Knex,
  rows: readonly Pick<RequestRow, 'id' | 'plan_revision'>[],
): Promise<Map<string, PlanRow>> {
  if (rows.length === 0) {
    return new Map();
  }
  const plans: PlanRow[] = await knex<PlanRow>('request_plans').whereIn(
    ['request_id', 'revision'],
    rows.map(({ id, plan_revision }) => [id, plan_revision]),
  );
  return new Map(plans.map(plan => [plan.request_id, plan]));
}

import type { Knex } from 'knex';
import type { PlanRow, RequestRow, StoredPlan } from '../database/rows';

/** The plan that each of the requests has now, by request; one revision of it never changes. */
export async function currentPlans(
  knex: Knex,
  rows: readonly Pick<RequestRow, 'id' | 'plan_revision'>[],
): Promise<Map<string, PlanRow>> {
  if (rows.length === 0) {
    return new Map();
  }
  const { rows: plans } = await knex.raw<{ rows: PlanRow[] }>(
    `SELECT p.* FROM unnest(?::uuid[], ?::int[]) AS v(id, revision)
     JOIN request_plans p ON p.request_id = v.id AND p.revision = v.revision`,
    revisionsOf(rows),
  );
  return new Map(plans.map(plan => [plan.request_id, plan]));
}

/** What was to be agreed to, and who used it at that time, by request. */
export type ApprovedPlan = Pick<StoredPlan, 'approval' | 'use'>;

/** The same of what an approval was about, and nothing else of the plans: they are long. */
export async function approvedPlans(
  knex: Knex,
  rows: readonly Pick<RequestRow, 'id' | 'plan_revision'>[],
): Promise<Map<string, ApprovedPlan>> {
  const { rows: plans } = await knex.raw<{
    rows: {
      id: string;
      approval: StoredPlan['approval'];
      use: StoredPlan['use'] | null;
    }[];
  }>(
    `SELECT v.id, p.plan->'approval' AS approval, p.plan->'use' AS use
     FROM unnest(?::uuid[], ?::int[]) AS v(id, revision)
     JOIN request_plans p ON p.request_id = v.id AND p.revision = v.revision`,
    revisionsOf(rows),
  );
  return new Map(
    plans.map(({ id, approval, use }) => [
      id,
      { approval, use: use ?? undefined },
    ]),
  );
}

function revisionsOf(
  rows: readonly Pick<RequestRow, 'id' | 'plan_revision'>[],
): [ids: string[], revisions: number[]] {
  return [
    rows.map(({ id }) => id),
    rows.map(({ plan_revision }) => plan_revision),
  ];
}

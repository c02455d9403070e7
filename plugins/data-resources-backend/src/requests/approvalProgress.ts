import type { DecisionRow, RequestRow, StoredPlan } from '../database/rows';

/** A group that must approve, with the approvals that count for it. */
export interface GroupProgress {
  group: string;
  count: number;
  given: number;
}

/** How far the current plan's approval is, from the decisions on exactly that plan. */
export function approvalProgress(
  row: Pick<RequestRow, 'plan_revision' | 'plan_hash'>,
  approval: StoredPlan['approval'],
  decisions: readonly DecisionRow[],
): GroupProgress[] {
  const counting = decisions.filter(
    decision =>
      decision.effect === 'approve' &&
      decision.plan_revision === row.plan_revision &&
      decision.plan_hash === row.plan_hash,
  );
  return approval.required.map(({ group, count }) => ({
    group,
    count,
    given: counting.filter(({ group_ref }) => group_ref === group).length,
  }));
}

/**
 * The group for which a person's approval would count next, each person once and the requester
 * never; `undefined` when this person cannot approve.
 */
export function groupToApproveFor(
  row: Pick<
    RequestRow,
    'state' | 'requested_by' | 'plan_revision' | 'plan_hash'
  >,
  approval: StoredPlan['approval'],
  decisions: readonly DecisionRow[],
  person: { userRef: string; groups: ReadonlySet<string> },
): string | undefined {
  const decided = decisions.some(
    ({ decided_by, plan_revision }) =>
      decided_by === person.userRef && plan_revision === row.plan_revision,
  );
  if (
    row.state !== 'pending' ||
    row.requested_by === person.userRef ||
    decided
  ) {
    return undefined;
  }
  return approvalProgress(row, approval, decisions).find(
    ({ group, count, given }) => given < count && person.groups.has(group),
  )?.group;
}

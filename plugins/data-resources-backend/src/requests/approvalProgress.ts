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
 * Whether a person's decision counts: of a group that still lacks approvals, each person once and the
 * requester never.
 */
export function mayDecide(
  row: Pick<
    RequestRow,
    'state' | 'requested_by' | 'plan_revision' | 'plan_hash'
  >,
  approval: StoredPlan['approval'],
  decisions: readonly DecisionRow[],
  person: { userRef: string; groups: ReadonlySet<string> },
): boolean {
  return (
    row.state === 'pending' &&
    row.requested_by !== person.userRef &&
    !decidedBy(row, decisions).has(person.userRef) &&
    approvalProgress(row, approval, decisions).some(
      ({ group, count, given }) => given < count && person.groups.has(group),
    )
  );
}

/** Who has decided on the current plan. */
export function decidedBy(
  row: Pick<RequestRow, 'plan_revision'>,
  decisions: readonly DecisionRow[],
): Set<string> {
  return new Set(
    decisions
      .filter(({ plan_revision }) => plan_revision === row.plan_revision)
      .map(({ decided_by }) => decided_by),
  );
}

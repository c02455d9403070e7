import { ConflictError, NotAllowedError } from '@backstage/errors';
import type { Caller } from '../callers/Caller';
import type { RequestRow } from '../database/rows';
import { approvalProgress, decidedBy, mayDecide } from './approvalProgress';
import { groupToCountFor, type MembersByGroup } from './approverAssignment';
import type { KnownDetails } from './RequestReader';

/** A request with all that a decision on it depends on, and what was decided. */
export interface Decided extends KnownDetails {
  row: RequestRow;
}

/** The group that the caller's decision counts for; throws why it counts for none. */
export function mustDecide(
  { row, plan: { plan }, decisions }: Decided,
  caller: Caller,
  members: MembersByGroup,
): string {
  if (row.requested_by === caller.userRef) {
    throw new NotAllowedError('Nobody decides on their own request');
  }
  const groups = plan.approval.required.map(({ group }) => group);
  if (!groups.some(group => caller.groups.has(group))) {
    throw new NotAllowedError(
      groups.length > 0
        ? `This request is decided by direct members of ${groups.join(', ')}`
        : 'This request is decided by a policy alone',
    );
  }
  if (row.state !== 'pending') {
    throw new ConflictError(
      `The request is ${row.state}; only a pending one is decided on`,
    );
  }
  const group = mayDecide(row, plan.approval, decisions, caller)
    ? groupToCountFor(
        approvalProgress(row, plan.approval, decisions).map(
          ({ group: name, count, given }) => ({
            group: name,
            lacks: Math.max(0, count - given),
          }),
        ),
        members,
        { ref: caller.userRef, groups: caller.groups },
        decidedBy(row, decisions).add(row.requested_by),
      )
    : undefined;
  if (!group) {
    throw new ConflictError(
      'You have decided on this plan already, or your group has; nothing more is needed from you',
    );
  }
  return group;
}

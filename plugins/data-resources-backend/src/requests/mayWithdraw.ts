import type { Caller } from '../callers/Caller';
import type { RequestRow } from '../database/rows';

/** The requester and the owner group take a request back. */
export function mayWithdraw(row: RequestRow, caller: Caller): boolean {
  return row.requested_by === caller.userRef || caller.groups.has(row.owner);
}

/** The requester, the owner group and the platform group try a failed request again. */
export function mayRetry(
  row: RequestRow,
  caller: Caller,
  platformGroup: string,
): boolean {
  return mayWithdraw(row, caller) || caller.groups.has(platformGroup);
}

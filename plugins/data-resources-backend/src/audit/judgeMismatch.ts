import type { AuditProblem } from '@data-resources/plugin-data-resources-common';
import {
  auditContent,
  chainHash,
  type AuditHead,
  type AuditRow,
} from './auditRecord';

/** Whether the row, as it is, was written at this position after a row with this hash. */
export function isInPlace(
  previousHash: string | null,
  row: AuditRow,
  position: number,
): boolean {
  return (
    previousHash !== null &&
    chainHash(previousHash, auditContent(row, position)) === row.hash
  );
}

/**
 * What was done where a row does not fit the one before it. Rows that were moved keep the hash
 * of the position they had: that tells an insertion and a removal from a change, also where
 * somebody has closed the gap. In doubt it says `changed`; the position is right in any case.
 *
 * @param previous - the last row that is as it was written
 * @param row - the row after it
 * @param following - up to two rows after that
 */
export function judgeMismatch(
  previous: AuditHead,
  row: AuditRow,
  following: readonly AuditRow[],
): AuditProblem {
  const position = previous.position + 1;
  const [next, afterNext] = following;
  if (next) {
    const nextWasHere = isInPlace(previous.hash, next, position);
    const chainGoesOn =
      !afterNext || isInPlace(next.hash, afterNext, position + 1);
    const isSwapped = isInPlace(next.hash, row, position + 1);
    if (nextWasHere && chainGoesOn && !isSwapped) {
      return {
        position,
        kind: 'inserted',
        message: `Row ${row.id} was inserted at position ${position}: the row after it was written there`,
      };
    }
    if (isInPlace(row.hash, next, position + 2)) {
      return {
        position,
        kind: 'missing',
        message: `The row at position ${position} was removed, and the rows after it were moved up`,
      };
    }
  }
  return {
    position,
    kind: 'changed',
    message: `Row ${row.id} at position ${position} is not what was written there: it was changed, moved, or written by something else`,
  };
}

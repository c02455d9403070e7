import { type DataRequest } from '@data-resources/plugin-data-resources-common';
import { isFinal } from '../words/requestWords';

const SOON_MS = 2_000;
const LATER_MS = 15_000;
const PATIENCE_MS = 2 * 60_000;

/**
 * When to look at a request again: soon while it moves, later when it has waited for a person for a
 * while, and not at all once nothing can follow.
 */
export function lookAgainAfter(
  request: DataRequest | undefined,
  lookedForMs: number,
): number | undefined {
  if (!request) {
    return LATER_MS;
  }
  if (isFinal(request.state)) {
    return undefined;
  }
  const moves = request.state === 'approved' || request.state === 'executing';
  return moves || lookedForMs < PATIENCE_MS ? SOON_MS : LATER_MS;
}

import type { DriftFinding } from './driftOf';

/** How much of an instance may be gone all at once and still be believed. */
export interface MassLossLimit {
  /** Of what was ready: from 0 to 1. More than this is doubted. */
  share: number;
  /** Fewer than so many are always believed. */
  least: number;
}

/** Gone or replaced, and ready when it was looked at last. */
export function isNewlyLost({ row, observed }: DriftFinding): boolean {
  return row.phase === 'ready' && !observed.ours;
}

/**
 * Whether so much is suddenly gone that another cluster, or an empty answer, is likelier than that
 * somebody removed it all.
 *
 * @param ready - how many were ready when they were looked at last
 */
export function isMassLoss(
  lost: number,
  ready: number,
  { share, least }: MassLossLimit,
): boolean {
  return lost >= least && lost > share * ready;
}

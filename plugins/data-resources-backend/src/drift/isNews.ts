import stringify from 'fast-json-stable-stringify';
import type { DriftFinding } from './driftOf';

/** Whether what was found is not what is written down already. */
export function isNews({ row, observed, drift }: DriftFinding): boolean {
  const before = row.conditions.find(({ type }) => type === 'Drifted');
  return (
    stringify(changesOf(drift.changes)) !== stringify(row.drift) ||
    phaseOf(observed) !== row.phase ||
    before?.status !== drift.condition.status ||
    before?.message !== drift.condition.message
  );
}

/** As a row has them. */
export function changesOf(
  changes: DriftFinding['drift']['changes'],
): DriftFinding['row']['drift'] {
  return changes.length > 0 ? changes : null;
}

/** What the phase of a resource is that was found so. */
export function phaseOf({
  ours,
}: DriftFinding['observed']): 'ready' | 'degraded' {
  return ours ? 'ready' : 'degraded';
}

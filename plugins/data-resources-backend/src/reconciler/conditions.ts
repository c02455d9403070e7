import type { StoredCondition } from '../database/rows';

/** Sets conditions by type; `since` moves only when the status does. */
export function withConditions(
  before: readonly StoredCondition[],
  changes: readonly Omit<StoredCondition, 'since'>[],
  now: Date = new Date(),
): StoredCondition[] {
  const result = new Map(before.map(condition => [condition.type, condition]));
  for (const change of changes) {
    const old = result.get(change.type);
    result.set(change.type, {
      ...change,
      since: old?.status === change.status ? old.since : now.toISOString(),
    });
  }
  return [...result.values()];
}

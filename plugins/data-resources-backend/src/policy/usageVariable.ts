import type { HeldUsage, PolicyInput } from './types';

type Numbers = Record<string, number>;

interface Sums {
  /** By type. */
  resources: Numbers;
  /** By counter. */
  totals: Numbers;
}

/** The variable `usage` of conditions: what the owner group holds, and what the request adds. */
export function usageVariable({
  usage,
  instance,
}: PolicyInput): Sums & { onInstance: Sums; adds: Numbers } {
  const held = usage?.held ?? [];
  return {
    ...sumsOf(held),
    onInstance: sumsOf(held.filter(item => item.instance === instance.name)),
    adds: usage?.adds ?? {},
  };
}

function sumsOf(held: readonly HeldUsage[]): Sums {
  const sums: Sums = { resources: {}, totals: {} };
  for (const { type, resources, counts } of held) {
    sums.resources[type] = (sums.resources[type] ?? 0) + resources;
    for (const [counter, count] of Object.entries(counts)) {
      sums.totals[counter] = (sums.totals[counter] ?? 0) + count;
    }
  }
  return sums;
}

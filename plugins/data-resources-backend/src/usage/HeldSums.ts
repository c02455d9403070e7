import type { HeldUsage } from '../policy';
import type { Usage } from './usageOf';

/** Sums as the database gives them. */
export interface SumRow {
  type: string;
  instance: string;
  resources: number;
  counts: { [counter: string]: number | null };
}

/** Sums that more is added to. */
export class HeldSums {
  readonly list: HeldUsage[];

  constructor(rows: readonly SumRow[]) {
    this.list = rows.map(({ type, instance, resources, counts }) => ({
      type,
      instance,
      resources: Number(resources),
      counts: Object.fromEntries(
        Object.entries(counts).flatMap(([counter, sum]) =>
          // No sum: none of these resources counts it.
          sum === null ? [] : [[counter, Number(sum)]],
        ),
      ),
    }));
  }

  /** To what a row of `list` is for: the resource is counted there by number already. */
  add(type: string, instance: string, usage: Usage): void {
    const { counts } = this.list.find(
      held => held.type === type && held.instance === instance,
    )!;
    for (const [counter, count] of Object.entries(usage)) {
      counts[counter] = (counts[counter] ?? 0) + count;
    }
  }
}

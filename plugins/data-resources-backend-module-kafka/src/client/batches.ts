/** Splits a long list, for a request has a size that brokers take. */
export function batchesOf<T>(items: readonly T[], most: number): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from < items.length; from += most) {
    batches.push(items.slice(from, from + most));
  }
  return batches;
}

/** Asks about a long list in parts, all at once; the answers stand in the list's order. */
export async function askInBatches<T, A>(
  items: readonly T[],
  most: number,
  ask: (batch: T[]) => Promise<A>,
): Promise<A[]> {
  return Promise.all(batchesOf(items, most).map(ask));
}

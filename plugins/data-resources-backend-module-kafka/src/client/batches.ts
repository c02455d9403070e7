/** Splits a long list, for a request has a size that brokers take. */
export function batchesOf<T>(items: readonly T[], most: number): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from < items.length; from += most) {
    batches.push(items.slice(from, from + most));
  }
  return batches;
}

import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';

/**
 * Runs `work` on every item, at most `limit` at once, and waits for all of them to end, so
 * that nothing goes on behind the caller's back. Then throws the error that says least about
 * the outcome, if there was one.
 */
export async function settleAll<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const errors: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      try {
        results[index] = await work(items[index]);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, worker),
  );
  if (errors.length > 0) {
    throw worst(errors);
  }
  return results;
}

/** With one outcome unknown, that of the whole is. */
function worst(errors: unknown[]): unknown {
  const known = errors.filter(isProviderError);
  return (
    known.find(({ reason }) => reason === 'Unknown') ??
    errors.find(error => !isProviderError(error)) ??
    known.find((error): error is ProviderError => !error.retryable) ??
    errors[0]
  );
}

import pLimit from 'p-limit';
import { timed } from './compare';

/** Does the same for all, so many at once. */
export async function atOnce<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const limit = pLimit(concurrency);
  await Promise.all(items.map(item => limit(() => work(item))));
}

/** Tries how many a bare client best makes at once; answers with that number. */
export async function bestConcurrency(options: {
  candidates: readonly number[];
  /** How many are made with each. */
  tries: number;
  make(names: string[], concurrency: number): Promise<void>;
  say(line: string): void;
}): Promise<number> {
  const { candidates, tries, make, say } = options;
  const rates: { concurrency: number; rate: number }[] = [];
  for (const concurrency of candidates) {
    const names = Array.from(
      { length: tries },
      (_, n) => `try_${concurrency}_${n}`,
    );
    const ms = await timed(() => make(names, concurrency));
    rates.push({ concurrency, rate: (tries * 1_000) / ms });
  }
  rates.sort((left, right) => right.rate - left.rate);
  say(
    `the bare client makes ${rates
      .map(
        ({ concurrency, rate }) =>
          `${rate.toFixed(1)} per second, ${concurrency} at once`,
      )
      .join(', ')}`,
  );
  return rates[0].concurrency;
}

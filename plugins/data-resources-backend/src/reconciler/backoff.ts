const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/**
 * How long to wait before the next attempt, in milliseconds: doubling, with full jitter in its
 * upper half, so that what failed together does not come back together.
 *
 * @param attempts - how many attempts have failed, from 1
 */
export function backoffMs(attempts: number): number {
  const ceiling = Math.min(
    LONGEST_MS,
    FIRST_MS * 2 ** Math.min(attempts - 1, 10),
  );
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}

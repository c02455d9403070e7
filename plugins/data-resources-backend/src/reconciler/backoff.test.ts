import { backoffMs } from './backoff';

describe('backoffMs', () => {
  it('should wait longer after each attempt, up to a limit, and never all at the same moment', () => {
    const waits = (attempts: number) =>
      Array.from({ length: 200 }, () => backoffMs(attempts));
    const bounds = [1, 2, 3, 4, 5, 50, 5_000].map(attempts => {
      const all = waits(attempts);
      expect(new Set(all).size).toBeGreaterThan(50);
      return all;
    });
    [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000].forEach(
      (longest, n) => {
        expect(Math.max(...bounds[n])).toBeLessThanOrEqual(longest);
        expect(Math.min(...bounds[n])).toBeGreaterThanOrEqual(longest / 2);
      },
    );
  });
});

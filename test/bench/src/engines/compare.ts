import { median } from '../statistics';

/** One thing that is measured bare and through the portal, in turns. */
export interface Comparison {
  /** For example `one topic`. */
  title: string;
  /** Milliseconds of each turn. */
  bare: number[];
  portal: number[];
  /** What the portal may take at most, as a multiple of the bare time. */
  limit: number;
  /** Whether the portal began in every other turn, from the first one on. */
  inTurns?: true;
}

/** As it is printed. */
export function lineOf(comparison: Comparison): string {
  const { title, bare, portal, limit } = comparison;
  return `${title}: bare ${shown(bare)}, portal ${shown(portal)}: ${ratioOf(
    comparison,
  ).toFixed(2)} times (at most ${limit})`;
}

/**
 * By pairs, for the machine gets faster and slower from one turn to the next. Where the two begin in turns, the mean
 * of both ways, for whoever comes second has to do with what the first one left.
 */
export function ratioOf({ bare, portal, inTurns }: Comparison): number {
  const ratios = portal.map((ms, turn) => ms / bare[turn]);
  if (!inTurns || ratios.length < 2) {
    return median(ratios);
  }
  const [first, second] = [0, 1].map(rest =>
    median(ratios.filter((_, turn) => turn % 2 === rest)),
  );
  return Math.sqrt(first * second);
}

function shown(times: readonly number[]): string {
  const ms = median(times);
  return ms < 2_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Milliseconds that some work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

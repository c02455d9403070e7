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
}

/** As it is printed. */
export function lineOf(comparison: Comparison): string {
  const { title, bare, portal, limit } = comparison;
  return `${title}: bare ${shown(bare)}, portal ${shown(portal)}: ${ratioOf(
    comparison,
  ).toFixed(2)} times (at most ${limit})`;
}

/** By pairs, for the machine gets faster and slower from one turn to the next. */
export function ratioOf({ bare, portal }: Comparison): number {
  return median(portal.map((ms, turn) => ms / bare[turn]));
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

import { isBad, type PartName } from '@data-resources/test-fault';
import { runWithEngines, shortRun } from './fault';
import type { Tally } from './results';

/** The same in every check of a change; `./portal fault` throws the dice anew. */
const SEED = 10;

/** What of a short run fits into a check of every change. */
const PARTS: PartName[] = ['crowd', 'moments'];

/** The short form of `./portal fault`, on engines of its own. */
export async function faultSuite(signal: AbortSignal): Promise<Tally> {
  const results = await runWithEngines(
    { ...shortRun(SEED), parts: PARTS },
    signal,
  );
  return {
    passed: results.reduce(
      (total, { recovered, failed }) => total + recovered + failed,
      0,
    ),
    failed: results.reduce(
      (total, { lost, doubled, orphaned }) => total + lost + doubled + orphaned,
      0,
    ),
    failures: results.filter(isBad).map(({ part, notes }) => ({
      name: `fault ${part}`,
      message: notes.join('\n'),
    })),
  };
}

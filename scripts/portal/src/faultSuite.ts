import { randomInt } from 'node:crypto';
import { isBad } from '@data-resources/test-fault';
import { runWithEngines, shortRun } from './fault';
import type { Tally } from './results';

/** The short form of `./portal fault`, on engines of its own and with a seed of its own. */
export async function faultSuite(signal: AbortSignal): Promise<Tally> {
  const seed = randomInt(1, 1_000_000);
  const results = await runWithEngines(shortRun(seed), signal);
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
      name: `fault ${part} (seed ${seed})`,
      message: notes.join('\n'),
    })),
  };
}

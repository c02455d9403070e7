import path from 'node:path';
import { fuzz, kafka, load, postgres, scale } from '@data-resources/test-bench';
import { fuzzToolFolder } from './fuzz';
import { say } from './output';
import type { Tally } from './results';

/** Short forms of `./portal bench` and `./portal fuzz`, each on servers of its own. */
export type BenchSuite = 'scale' | 'load' | 'fuzz' | 'speed';

export const benchSuites: BenchSuite[] = ['scale', 'load', 'fuzz', 'speed'];

/** The same in every check of a change; `./portal fuzz` throws the dice anew. */
const FUZZ_SEED = 1;

interface Shared {
  folder: string;
  say(line: string): void;
  signal: AbortSignal;
}

/** Finds what depends on no other program that the machine runs: no time is judged. */
export async function benchSuite(
  name: BenchSuite,
  runFolder: string,
  signal: AbortSignal,
): Promise<Tally> {
  const shared = {
    folder: path.join(runFolder, name),
    // Others may talk at the same time.
    say: (line: string) => say(`${name}: ${line}`),
    signal,
  };
  let problems: string[];
  switch (name) {
    case 'scale':
      problems = await scale({
        ...shared,
        requests: { few: 2_000, many: 20_000 },
        runs: 1,
        judgeTimes: false,
      });
      break;
    case 'load':
      problems = await load({ ...shared, clients: 64, seconds: 6 });
      break;
    case 'speed':
      problems = await speed(shared);
      break;
    default:
      problems = await fuzz({
        ...shared,
        toolFolder: fuzzToolFolder,
        calls: 1_000,
        seed: FUZZ_SEED,
      });
  }
  return {
    passed: problems.length === 0 ? 1 : 0,
    failed: problems.length,
    failures: problems.map(message => ({ name, message })),
  };
}

/** One engine after the other: each has servers of its own. */
async function speed({ folder, ...shared }: Shared): Promise<string[]> {
  const sizes = { rounds: 1, judge: false };
  return [
    ...(await kafka({
      ...shared,
      ...sizes,
      folder: path.join(folder, 'kafka'),
      singles: 3,
      bulks: [60],
      looks: 60,
    })),
    ...(await postgres({
      ...shared,
      ...sizes,
      folder: path.join(folder, 'postgres'),
      singles: 2,
      bulks: [24],
      looks: 30,
      tries: 4,
    })),
  ];
}

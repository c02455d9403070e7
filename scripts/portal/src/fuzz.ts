import path from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz as run } from '@data-resources/test-bench';
import { UsageError } from './engineOptions';
import { interruptSignal } from './interrupt';
import { say } from './output';
import { portalFolder } from './paths';

/** Where schemathesis is installed. */
export const fuzzToolFolder = path.join(portalFolder, 'schemathesis');

/** `./portal fuzz`: made-up calls of the API in the name of every role. */
export async function fuzz(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      calls: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const [calls, seed] = [Number(values.calls), Number(values.seed)];
  if (!Number.isInteger(calls) || calls < 1 || !Number.isInteger(seed)) {
    throw new UsageError('--calls and --seed are whole numbers');
  }
  say(`--seed ${seed} repeats this run`);
  const problems = await run({
    folder: path.join(portalFolder, 'bench', `fuzz-${process.pid}`),
    toolFolder: fuzzToolFolder,
    calls,
    seed,
    say,
    signal: interruptSignal(),
  });
  problems.forEach(problem => say(`WRONG  ${problem}`));
  say(problems.length === 0 ? 'nothing is wrong' : `${problems.length} wrong`);
  return problems.length === 0 ? 0 : 1;
}

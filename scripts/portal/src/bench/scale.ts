import path from 'node:path';
import { parseArgs } from 'node:util';
import { scale as measure } from '@data-resources/test-bench';
import { UsageError } from '../engineOptions';
import { interruptSignal } from '../interrupt';
import { say } from '../output';
import { portalFolder } from '../paths';

/**
 * `./portal bench scale`: every list of the API with a million requests, compared with ten
 * thousand in the same run.
 */
export async function scale(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      requests: { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '9' },
    },
  });
  const many = Number(values.requests);
  const runs = Number(values.runs);
  if (!Number.isInteger(many) || many < 10_000 || !Number.isInteger(runs)) {
    throw new UsageError(
      '--requests is a number of 10000 and more, --runs how often each list is measured',
    );
  }
  const problems = await measure({
    folder: path.join(portalFolder, 'bench', `scale-${process.pid}`),
    requests: { few: Math.max(2_000, Math.round(many / 100)), many },
    runs,
    judgeTimes: true,
    say,
    signal: interruptSignal(),
  });
  problems.forEach(problem => say(`WRONG  ${problem}`));
  say(problems.length === 0 ? 'all lists hold' : `${problems.length} wrong`);
  return problems.length === 0 ? 0 : 1;
}

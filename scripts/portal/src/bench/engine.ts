import path from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../engineOptions';
import { interruptSignal } from '../interrupt';
import { say } from '../output';
import { portalFolder } from '../paths';

/** What the benchmark of an engine is told. */
export interface EngineBenchOptions {
  folder: string;
  singles: number;
  rounds: number;
  bulks: number[];
  looks: number;
  profile?: string;
  judge: boolean;
  say(line: string): void;
  signal: AbortSignal;
}

/**
 * `./portal bench <engine>`: objects from approval to ready, and drift, against the bare client.
 *
 * @param defaults - what is measured where the options do not say it
 */
export function engineBench(
  name: string,
  measure: (options: EngineBenchOptions) => Promise<string[]>,
  defaults: { bulks: string; looks: string },
): (args: string[]) => Promise<number> {
  return async args => {
    const { values } = parseArgs({
      args,
      options: {
        singles: { type: 'string', default: '20' },
        rounds: { type: 'string', default: '3' },
        bulks: { type: 'string', default: defaults.bulks },
        looks: { type: 'string', default: defaults.looks },
        profile: { type: 'boolean', default: false },
      },
    });
    const bulks = values.bulks.split(',').filter(Boolean).map(Number);
    const [singles, rounds, looks] = [
      values.singles,
      values.rounds,
      values.looks,
    ].map(Number);
    const isCount = (n: number) => Number.isInteger(n) && n >= 0;
    if (![singles, rounds, looks, ...bulks].every(isCount)) {
      throw new UsageError(
        '--singles, --rounds, --looks are whole numbers, --bulks some with commas',
      );
    }
    const profile = path.join(portalFolder, 'bench', `${name}.cpuprofile`);
    const problems = await measure({
      folder: path.join(portalFolder, 'bench', `${name}-${process.pid}`),
      singles,
      rounds,
      bulks,
      looks,
      profile: values.profile ? profile : undefined,
      judge: true,
      say,
      signal: interruptSignal(),
    });
    if (values.profile) {
      say(`${path.relative(process.cwd(), profile)} has the profile`);
    }
    problems.forEach(problem => say(`SLOW  ${problem}`));
    return problems.length === 0 ? 0 : 1;
  };
}

import path from 'node:path';
import { parseArgs } from 'node:util';
import { kafka as measure } from '@data-resources/test-bench';
import { UsageError } from '../engineOptions';
import { interruptSignal } from '../interrupt';
import { say } from '../output';
import { portalFolder } from '../paths';

/** `./portal bench kafka`: topics from approval to ready, and drift, against the bare client. */
export async function kafka(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      singles: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '3' },
      bulks: { type: 'string', default: '200,1000' },
      looks: { type: 'string', default: '5000' },
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
  const profile = path.join(portalFolder, 'bench', 'kafka.cpuprofile');
  const problems = await measure({
    folder: path.join(portalFolder, 'bench', `kafka-${process.pid}`),
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
}

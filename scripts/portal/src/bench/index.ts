import { UsageError } from '../engineOptions';
import { boot } from './boot';
import { kafka } from './kafka';
import { load } from './load';
import { scale } from './scale';

const benchmarks: Record<string, (args: string[]) => Promise<number>> = {
  boot,
  kafka,
  load,
  scale,
};

/** `./portal bench <name>`: measures, and compares with the bare case in the same run. */
export async function bench([name = '', ...args]: string[]): Promise<number> {
  const benchmark = benchmarks[name];
  if (!benchmark) {
    throw new UsageError(
      `There is no benchmark '${name}'; there are ${Object.keys(
        benchmarks,
      ).join(', ')}`,
    );
  }
  return benchmark(args);
}

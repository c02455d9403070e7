import { cassandra, kafka, postgres } from '@data-resources/test-bench';
import { UsageError } from '../engineOptions';
import { boot } from './boot';
import { engineBench } from './engine';
import { load } from './load';
import { scale } from './scale';

/** Enough for a rate that says more than chance. */
const POSTGRES_TRIES = 64;

/** Schema changes go one after another, so that fewer say enough. */
const CASSANDRA_TRIES = 32;

const benchmarks: Record<string, (args: string[]) => Promise<number>> = {
  boot,
  cassandra: engineBench(
    'cassandra',
    options => cassandra({ ...options, tries: CASSANDRA_TRIES }),
    { bulks: '200', looks: '500' },
  ),
  kafka: engineBench('kafka', kafka, { bulks: '200,1000', looks: '5000' }),
  load,
  postgres: engineBench(
    'postgres',
    options => postgres({ ...options, tries: POSTGRES_TRIES }),
    { bulks: '200', looks: '2000' },
  ),
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

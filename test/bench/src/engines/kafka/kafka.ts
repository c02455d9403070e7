import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  freePorts,
  removeEngines,
  startEngines,
} from '@data-resources/test-engines';
import { BenchDatabase } from '../../BenchDatabase';
import { benchEngine, type BenchEngineOptions } from '../benchEngine';
import { BareKafka } from './BareKafka';

/** Options of {@link kafka}. */
export type KafkaBenchOptions = Pick<
  BenchEngineOptions,
  | 'folder'
  | 'singles'
  | 'rounds'
  | 'looks'
  | 'profile'
  | 'judge'
  | 'say'
  | 'signal'
> & {
  /** How many topics at once. */
  bulks: readonly number[];
};

/** A broker with less thrashes at thousands of topics. */
const HEAP_MB = 2_048;
/** From so many on it is the rate that counts: at least 0.8 times the bare one. */
const MANY = 1_000;

/** The portal on a Kafka broker of its own, against Kafka's bare client. Answers what is wrong. */
export async function kafka(options: KafkaBenchOptions): Promise<string[]> {
  const { folder, say, signal } = options;
  const database = await BenchDatabase.start({
    folder: path.join(folder, 'database'),
    say,
    signal,
  });
  const brokers = path.join(folder, 'kafka');
  try {
    const engines = await startEngines({
      folder: brokers,
      only: ['kafka-dev'],
      ports: await freePorts(),
      volatile: true,
      heapMb: HEAP_MB,
      progress: say,
      signal,
    });
    try {
      const bare = await BareKafka.open(
        (
          await engines.describe()
        ).engines['kafka-dev']!,
      );
      const problems = await benchEngine({
        ...options,
        database,
        bare,
        noun: 'topic',
        bulks: options.bulks.map(count => ({
          count,
          limit: count < MANY ? 1.3 : 1 / 0.8,
        })),
      });
      await bare.clear();
      await bare.close();
      return problems;
    } finally {
      await engines.stop();
      await removeEngines(brokers);
    }
  } finally {
    await database.stop();
    await fs.rm(folder, { recursive: true, force: true });
  }
}

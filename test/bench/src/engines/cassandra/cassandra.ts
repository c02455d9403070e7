import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  freePorts,
  removeEngines,
  startEngines,
} from '@data-resources/test-engines';
import { BenchDatabase } from '../../BenchDatabase';
import { benchEngine, type BenchEngineOptions } from '../benchEngine';
import { BareCassandra } from './BareCassandra';

/** Options of {@link cassandra}. */
export type CassandraBenchOptions = Pick<
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
  /** How many keyspaces at once. */
  bulks: readonly number[];
  /** How many keyspaces the bare client makes to find out how many it best makes at once. */
  tries: number;
};

/** At least 0.8 times the bare rate. */
const BULK_LIMIT = 1 / 0.8;

/**
 * The portal on a Cassandra node of its own, against the bare sequence of statements. Answers
 * what is wrong.
 */
export async function cassandra(
  options: CassandraBenchOptions,
): Promise<string[]> {
  const { folder, say, signal, tries } = options;
  const database = await BenchDatabase.start({
    folder: path.join(folder, 'database'),
    say,
    signal,
  });
  const servers = path.join(folder, 'cassandra');
  try {
    const engines = await startEngines({
      folder: servers,
      only: ['cassandra-dev'],
      ports: await freePorts(),
      volatile: true,
      progress: say,
      signal,
    });
    try {
      const { engines: running } = await engines.describe();
      const bare = await BareCassandra.open(running['cassandra-dev']!, {
        tries,
        say,
      });
      try {
        return await benchEngine({
          ...options,
          database,
          bare,
          noun: 'keyspace',
          bulks: options.bulks.map(count => ({ count, limit: BULK_LIMIT })),
        });
      } finally {
        await bare.close();
      }
    } finally {
      await engines.stop();
      await removeEngines(servers);
    }
  } finally {
    await database.stop();
    await fs.rm(folder, { recursive: true, force: true });
  }
}

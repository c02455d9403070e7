import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  freePorts,
  removeEngines,
  startEngines,
  type EngineDescriptions,
} from '@data-resources/test-engines';
import { BenchDatabase } from '../BenchDatabase';
import type { BareEngine } from './BareEngine';
import { benchEngine, type BenchEngineOptions } from './benchEngine';

/** What the benchmark of any engine is told. */
export type EngineOptions = Pick<
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
  /** How many objects at once. */
  bulks: readonly number[];
};

/** At least 0.8 times the bare rate. */
export const RATE_LIMIT = 1 / 0.8;

/**
 * {@link benchEngine} on a database and a server of the engine that are started for it, and gone
 * afterwards.
 */
export async function onOwnServers<N extends keyof EngineDescriptions>(
  options: EngineOptions,
  engine: {
    name: N;
    noun: string;
    heapMb?: number;
    /** How much time a bulk may take, as a multiple of the bare time. */
    limitOf(count: number): number;
    open(server: NonNullable<EngineDescriptions[N]>): Promise<BareEngine>;
  },
): Promise<string[]> {
  const { folder, bulks, say, signal } = options;
  const { name, noun, heapMb, limitOf, open } = engine;
  const database = await BenchDatabase.start({
    folder: path.join(folder, 'database'),
    say,
    signal,
  });
  const servers = path.join(folder, name);
  try {
    const running = await startEngines({
      folder: servers,
      only: [name],
      ports: await freePorts(),
      volatile: true,
      heapMb,
      progress: say,
      signal,
    });
    try {
      const { engines } = await running.describe();
      const bare = await open(engines[name]!);
      try {
        return await benchEngine({
          ...options,
          database,
          bare,
          noun,
          bulks: bulks.map(count => ({ count, limit: limitOf(count) })),
        });
      } finally {
        await bare.close();
      }
    } finally {
      await running.stop();
      await removeEngines(servers);
    }
  } finally {
    await database.stop();
    await fs.rm(folder, { recursive: true, force: true });
  }
}

import { promises as fs, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DemandedName, EngineDescriptions, testEngines } from './description';
import { FolderLock } from './FolderLock';
import { freePorts, portsFrom } from './ports';
import { writePrivateFile } from './secrets';
import { createEngine } from './startEngines';

const TURN_MS = 60_000;
const PAUSE_MS = 50;

/**
 * A server beside those that run from the beginning, started by the first test of a run that asks
 * for it and stopped with the others. Whoever asks at the same time gets the same one.
 */
export async function demandEngine<N extends DemandedName>(
  name: N,
): Promise<EngineDescriptions[N]> {
  const { folder, engines } = testEngines();
  const own = path.join(folder, name);
  const file = path.join(own, 'demanded.json');
  await fs.mkdir(own, { recursive: true });
  const lock = await turn(own);
  try {
    const known = readPorts(file);
    const ports = { ...portsFrom(), ...(known ?? (await freePorts([name]))) };
    await writePrivateFile(file, JSON.stringify({ [name]: ports[name] }));
    const volatile = Object.values(engines).every(engine => engine.volatile);
    const engine = await createEngine(name, { folder, ports, volatile });
    await engine.start();
    return (await engine.describe()) as EngineDescriptions[N];
  } finally {
    await lock.release();
  }
}

async function turn(folder: string): Promise<FolderLock> {
  const end = Date.now() + TURN_MS;
  for (;;) {
    try {
      return await FolderLock.acquire(folder);
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await sleep(PAUSE_MS);
    }
  }
}

/** Undefined before the first start. */
function readPorts(file: string): { [name: string]: number } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

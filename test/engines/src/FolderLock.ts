import { randomUUID } from 'node:crypto';
import { promises as fs, readFileSync } from 'node:fs';
import path from 'node:path';
import { commandLineOf } from './processes';

interface Holder {
  pid: number;
  /** See {@link identityOf}. */
  identity: string;
  startedAt: string;
}

/**
 * Keeps two runs from using one data folder at once: the second would take over the
 * first one's servers as left behind. A lock whose process is gone is taken.
 */
export class FolderLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** @throws when a live process holds the folder */
  static async acquire(folder: string): Promise<FolderLock> {
    const file = path.join(folder, 'lock.json');
    const mine: Holder = {
      pid: process.pid,
      identity: identityOf(process.pid) ?? '',
      startedAt: new Date().toISOString(),
    };
    const own = `${file}.${randomUUID()}`;
    await fs.writeFile(own, JSON.stringify(mine), { mode: 0o600 });
    try {
      // A link fails when the name exists, and shows the whole content at once.
      while (!(await succeeds(fs.link(own, file), 'EEXIST'))) {
        await removeStale(folder, file);
      }
    } finally {
      await fs.rm(own);
    }
    return new FolderLock(file);
  }

  /** Lets the next one have the folder. */
  async release(): Promise<void> {
    await fs.rm(this.#file, { force: true });
  }
}

/** @throws when the lock's holder lives */
async function removeStale(folder: string, file: string): Promise<void> {
  const text = await fs.readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return;
  }
  const holder: Holder = JSON.parse(text);
  if (isAlive(holder)) {
    throw new Error(
      `The data folder ${folder} is in use by process ${holder.pid} since ${holder.startedAt}; stop that first, or choose another folder with --data <folder>`,
    );
  }
  const aside = `${file}.${randomUUID()}`;
  if (await succeeds(fs.rename(file, aside), 'ENOENT')) {
    if ((await fs.readFile(aside, 'utf8')) !== text) {
      // Another run was quicker and this is its lock.
      await succeeds(fs.link(aside, file), 'EEXIST');
    }
    await fs.rm(aside);
  }
}

/** False when the call fails for the one reason that is expected. */
async function succeeds(call: Promise<void>, expected: string) {
  try {
    await call;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) {
      return false;
    }
    throw error;
  }
}

function isAlive(holder: Holder): boolean {
  return identityOf(holder.pid) === holder.identity;
}

/** Command line and, where the system tells it, the moment of the process' start. */
function identityOf(pid: number): string | undefined {
  const commandLine = commandLineOf(pid);
  if (commandLine === undefined || process.platform !== 'linux') {
    return commandLine;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${startTime} ${commandLine}`;
  } catch {
    // It ended after its command line was read.
    return undefined;
  }
}

import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  type EngineName,
  FolderLock,
  freePorts,
  removeEngines,
  type RunningEngines,
  startEngines,
  writeDescription,
} from '@data-resources/test-engines';
import { stopProgram } from './children';
import { say } from './output';
import { portalFolder } from './paths';
import { PortalProcess } from './PortalProcess';
import { programPidFile, type SuiteContext } from './suites';

const runsFolder = path.join(portalFolder, 'test');

/** Servers of a run besides its first ones, by the folder in the run's own. */
const SECOND = 'second';

/** One `./portal test`: a folder with the servers that it starts, which goes when it ends. */
export class TestRun {
  readonly folder: string;
  readonly #lock: FolderLock;
  readonly #signal: AbortSignal;

  private constructor(folder: string, lock: FolderLock, signal: AbortSignal) {
    this.folder = folder;
    this.#lock = lock;
    this.#signal = signal;
  }

  /** Makes its folder, and removes what killed runs left behind. */
  static async open(signal: AbortSignal): Promise<TestRun> {
    await removeOldRuns();
    const folder = path.join(runsFolder, String(process.pid));
    await fs.mkdir(folder, { recursive: true });
    return new TestRun(folder, await FolderLock.acquire(folder), signal);
  }

  /** Starts the servers that most suites use. */
  async startEngines(only: EngineName[]): Promise<RunningEngines> {
    return this.#start(this.folder, only, this.#lock);
  }

  /** Runs a suite on servers of its own, of which the run has one set. */
  async onSecondEngines<T>(
    only: EngineName[],
    run: (context: SuiteContext) => Promise<T>,
  ): Promise<T> {
    const folder = path.join(this.folder, SECOND);
    const engines = await this.#start(folder, only);
    try {
      return await run(await this.describe(engines));
    } finally {
      await engines.stop();
    }
  }

  /** Tells suites where servers are. */
  async describe(engines: RunningEngines): Promise<SuiteContext> {
    const description = await engines.describe();
    const descriptionFile = path.join(description.folder, 'engines.json');
    await writeDescription(descriptionFile, description);
    return {
      folder: description.folder,
      description,
      descriptionFile,
      signal: this.#signal,
    };
  }

  /** Removes what it left. */
  async close(): Promise<void> {
    await this.#lock.release();
    await removeRun(this.folder);
  }

  async #start(
    folder: string,
    only: EngineName[],
    lock?: FolderLock,
  ): Promise<RunningEngines> {
    const progress = (line: string) =>
      say(folder === this.folder ? line : `second engines: ${line}`);
    return startEngines({
      folder,
      lock,
      // The portal's server is also the one for tests that need some database.
      only: [...new Set<EngineName>(['portal', ...only])],
      ports: await freePorts(),
      volatile: true,
      progress,
      signal: this.#signal,
      onMissing: (name, reason) =>
        progress(`${name} is not started, so its tests will fail: ${reason}`),
    });
  }
}

/** A run that was killed left servers and data behind; one that lives keeps its own. */
async function removeOldRuns(): Promise<void> {
  for (const name of await fs.readdir(runsFolder).catch(() => [])) {
    const folder = path.join(runsFolder, name);
    try {
      const lock = await FolderLock.acquire(folder);
      for (const part of [folder, path.join(folder, SECOND)]) {
        await stopProgram(programPidFile(part));
        await new PortalProcess(part, 'fixed').stop();
      }
      await lock.release();
      await removeRun(folder);
    } catch (error) {
      say(`${folder} stays: ${(error as Error).message}`);
    }
  }
}

async function removeRun(folder: string): Promise<void> {
  const second = path.join(folder, SECOND);
  const exists = await fs.access(second).then(
    () => true,
    () => false,
  );
  if (exists) {
    await removeEngines(second);
  }
  await removeEngines(folder);
}

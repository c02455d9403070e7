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
    return startEngines({
      folder: this.folder,
      lock: this.#lock,
      // The portal's server is also the one for tests that need some database.
      only: [...new Set<EngineName>(['portal', ...only])],
      ports: await freePorts(),
      volatile: true,
      progress: say,
      signal: this.#signal,
      onMissing: (name, reason) =>
        say(`${name} is not started, so its tests will fail: ${reason}`),
    });
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
    await removeEngines(this.folder);
  }
}

/** A run that was killed left servers and data behind; one that lives keeps its own. */
async function removeOldRuns(): Promise<void> {
  for (const name of await fs.readdir(runsFolder).catch(() => [])) {
    const folder = path.join(runsFolder, name);
    try {
      const lock = await FolderLock.acquire(folder);
      await stopProgram(programPidFile(folder));
      await new PortalProcess(folder, 'fixed').stop();
      await lock.release();
      await removeEngines(folder);
    } catch (error) {
      say(`${folder} stays: ${(error as Error).message}`);
    }
  }
}

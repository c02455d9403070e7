import { promises as fs } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess, stopGroup } from '@data-resources/test-engines';
import { PortalPorts } from './environment';
import { repositoryRoot } from './paths';

/** Compiling the app takes the longest, on a machine that does other things too. */
const START_TIMEOUT_MS = 240_000;

const backstageCli = path.join(
  repositoryRoot,
  'node_modules/@backstage/cli/bin/backstage-cli',
);

/** Backend and app as `yarn start` runs them, in a process group of their own. */
export class PortalProcess {
  readonly logFile: string;
  readonly #process: ServerProcess;

  /** @param folder - holds the pid and the log */
  constructor(folder: string) {
    this.logFile = path.join(folder, 'portal.log');
    this.#process = new ServerProcess({
      pidFile: path.join(folder, 'portal.pid'),
      logFile: this.logFile,
      marker: `${backstageCli} repo start`,
    });
  }

  /** Starts both, or the backend alone, and waits until they answer. */
  async start(options: {
    environment: Record<string, string>;
    ports: PortalPorts;
    app: boolean;
    progress: (line: string) => void;
    signal: AbortSignal;
  }): Promise<void> {
    const { ports, progress, signal } = options;
    await fs.rm(this.logFile, { force: true });
    const begin = Date.now();
    await this.#process.spawn({
      command: process.execPath,
      args: [
        backstageCli,
        'repo',
        'start',
        ...(options.app ? [] : ['backend']),
      ],
      cwd: repositoryRoot,
      env: {
        ...process.env,
        FORCE_COLOR: '0',
        ...options.environment,
      },
    });
    const seconds = () => `${((Date.now() - begin) / 1000).toFixed(1)} s`;
    await this.#awaitAnswer(
      `http://127.0.0.1:${ports.backend}/.backstage/health/v1/readiness`,
      signal,
    );
    progress(`backend is up (${seconds()})`);
    if (options.app) {
      await this.#awaitAnswer(`http://localhost:${ports.app}/`, signal);
      progress(`app is up (${seconds()})`);
    }
  }

  /** Whether it still runs. */
  async isRunning(): Promise<boolean> {
    return (await this.#process.pid()) !== undefined;
  }

  /** Ends what this or an earlier, killed run started. */
  async stop(): Promise<void> {
    const group = await this.#process.recordedPid();
    if (group !== undefined) {
      await stopGroup(group, repositoryRoot, 10_000);
    }
    await this.#process.stop('SIGTERM', 5_000);
  }

  /** The end of what the portal printed. */
  async logTail(): Promise<string> {
    const log = await fs.readFile(this.logFile, 'utf8').catch(() => '');
    return log.trimEnd().split('\n').slice(-30).join('\n');
  }

  async #awaitAnswer(url: string, signal: AbortSignal): Promise<void> {
    const end = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      signal.throwIfAborted();
      const ok = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
        async response => {
          await response.body?.cancel();
          return response.ok;
        },
        () => false,
      );
      if (ok) {
        return;
      }
      if (!(await this.isRunning())) {
        throw new Error(
          `The portal ended while it started. The end of ${
            this.logFile
          }:\n${await this.logTail()}`,
        );
      }
      if (Date.now() > end) {
        throw new Error(
          `${url} did not answer within ${
            START_TIMEOUT_MS / 1000
          } s. The end of ${this.logFile}:\n${await this.logTail()}`,
        );
      }
      await sleep(300);
    }
  }
}

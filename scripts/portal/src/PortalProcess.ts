import { promises as fs } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { ServerProcess, stopGroup } from '@data-resources/test-engines';
import { backendArguments, backendFolder } from './backendProgram';
import { PortalPorts } from './environment';
import { backstageCli, repositoryRoot } from './paths';

/** Compiling the app takes the longest, on a machine that does other things too. */
const START_TIMEOUT_MS = 240_000;

/** How a portal is run: as one works on it, or as it stands. */
export type PortalMode = 'development' | 'fixed';

/** How to start it, and what tells it from other processes. */
interface Program {
  args: (options: { app: boolean; config?: string }) => string[];
  cwd: string;
  marker: string;
}

const programs: Record<PortalMode, Program> = {
  // Backend and app as `yarn start` runs them, each anew with every saved file.
  development: {
    args: ({ app }) => [
      backstageCli,
      'repo',
      'start',
      ...(app ? [] : ['backend']),
    ],
    cwd: repositoryRoot,
    marker: `${backstageCli} repo start`,
  },
  // The backend alone, which serves the app that was built last; saved files change nothing.
  fixed: {
    args: ({ config }) => [
      ...backendArguments,
      ...(config ? ['--config', config] : []),
    ],
    cwd: backendFolder,
    marker: backendArguments.join(' '),
  },
};

/** Backend and app, in a process group of their own. */
export class PortalProcess {
  readonly logFile: string;
  readonly #program: Program;
  readonly #process: ServerProcess;

  /** @param folder - holds the pid and the log */
  constructor(folder: string, mode: PortalMode) {
    this.logFile = path.join(folder, 'portal.log');
    this.#program = programs[mode];
    this.#process = new ServerProcess({
      pidFile: path.join(folder, 'portal.pid'),
      logFile: this.logFile,
      marker: this.#program.marker,
    });
  }

  /** Starts both, or the backend alone, and waits until they answer. */
  async start(options: {
    environment: Record<string, string>;
    ports: PortalPorts;
    app: boolean;
    /** Of a fixed one: what overrides `app-config.yaml`. */
    config?: string;
    progress: (line: string) => void;
    signal: AbortSignal;
  }): Promise<void> {
    const { ports, progress, signal } = options;
    const { args, cwd } = this.#program;
    await fs.rm(this.logFile, { force: true });
    const begin = Date.now();
    await this.#process.spawn({
      command: process.execPath,
      args: args(options),
      cwd,
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

  /** The last of what the portal warned of, without what it says of every call. */
  async complaints(): Promise<string> {
    const log = await fs.readFile(this.logFile, 'utf8').catch(() => '');
    return stripVTControlCharacters(log)
      .split('\n')
      .filter(line => / (warn|error) /.test(line))
      .slice(-30)
      .join('\n');
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

import { promises as fs } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EngineDescriptions,
  EngineName,
  ServerDescription,
} from './description';
import { assertPortsFree, isFree } from './ports';
import { ServerCommand, ServerProcess, until } from './processes';

const MAX_LOG_BYTES = 10_000_000;

/** How a start went. */
export interface StartResult {
  /** True when the server was still there from a run that was killed. */
  reused: boolean;
  durationMs: number;
}

/** What every engine needs to know. */
export interface EngineOptions<N extends EngineName = EngineName> {
  name: N;
  /** Folder of this one server. */
  folder: string;
  /** Ports of this one server, by the names of the options that change them. */
  ports: Record<string, number>;
  /** Gives up safety against a power failure for speed: for tests only. */
  volatile?: boolean;
  /** The loopback address that it listens on, 127.0.0.1 unless told. */
  host?: string;
}

/**
 * One real server on the loopback interface with a data folder of its own.
 * Starting and stopping may be repeated; the data stays.
 */
export abstract class Engine<N extends EngineName = EngineName> {
  readonly name: N;
  readonly folder: string;
  readonly ports: Record<string, number>;
  protected readonly volatile: boolean;
  protected readonly host: string;
  readonly #process: ServerProcess;

  protected constructor(options: EngineOptions<N>) {
    this.name = options.name;
    this.folder = options.folder;
    this.ports = options.ports;
    this.volatile = options.volatile ?? false;
    this.host = options.host ?? '127.0.0.1';
    this.#process = new ServerProcess({
      pidFile: path.join(this.folder, 'run', 'pid'),
      logFile: this.logFile,
      marker: `${this.folder}/`,
    });
  }

  /** Standard output and error of the server. */
  get logFile(): string {
    return path.join(this.folder, 'server.log');
  }

  /** What a client needs to use the server; complete after the first start. */
  abstract describe(): Promise<EngineDescriptions[N]>;

  /** What all descriptions have in common. */
  protected describeServer(): Omit<
    ServerDescription,
    'name' | 'admin' | 'provisioner'
  > {
    return {
      folder: this.folder,
      logFile: this.logFile,
      ports: this.ports,
      volatile: this.volatile,
      host: this.host,
    };
  }

  /** Signal that ends the server in order. */
  protected abstract readonly stopSignal: NodeJS.Signals;
  /** How long a boot may take before it counts as failed. */
  protected abstract readonly bootTimeoutMs: number;
  /** Creates what the first start needs, and writes the configuration. */
  protected abstract prepare(): Promise<void>;
  /** The server's command line. It must hold the folder. */
  protected abstract command(): Promise<ServerCommand>;
  /** Whether the administrator can log in. */
  protected abstract isReady(): Promise<boolean>;
  /** Creates accounts and rights that are missing. */
  protected abstract provision(): Promise<void>;

  /**
   * Starts the server, or takes over the live one that a killed run left behind.
   *
   * @param signal - ends the start; the server may be there by then, so stop it
   */
  async start(signal?: AbortSignal): Promise<StartResult> {
    const begin = Date.now();
    signal?.throwIfAborted();
    const reused = await this.#takeOver();
    if (!reused) {
      await assertPortsFree(this.ports, this.host);
      await fs.mkdir(path.join(this.folder, 'run'), { recursive: true });
      await this.#rotateLog();
      await this.prepare();
      await this.#process.spawn(await this.command());
      await this.#awaitReady(signal);
    }
    await this.provision();
    return { reused, durationMs: Date.now() - begin };
  }

  /** Ends the server; what it holds stays. Does nothing when it does not run. */
  async stop(): Promise<void> {
    await this.#process.stop(this.stopSignal, 20_000);
  }

  /** Ends the server at once, as a crash would. */
  async kill(): Promise<void> {
    await this.#process.stop('SIGKILL', 10_000);
  }

  /** Makes the server hang: connections are taken and nothing answers. */
  async freeze(): Promise<void> {
    await this.#process.signalTree('SIGSTOP');
  }

  /** Lets a frozen server go on. */
  async resume(): Promise<void> {
    await this.#process.signalTree('SIGCONT');
  }

  /** Whether the process is there. */
  async isRunning(): Promise<boolean> {
    return (await this.#process.pid()) !== undefined;
  }

  async #takeOver(): Promise<boolean> {
    if (!(await this.isRunning())) {
      return false;
    }
    await this.resume();
    const free = await Promise.all(
      Object.values(this.ports).map(port => isFree(port, this.host)),
    );
    if (
      !free.includes(true) &&
      (await until(() => this.isReady(), this.bootTimeoutMs / 2))
    ) {
      return true;
    }
    await this.stop();
    return false;
  }

  /** Keeps the log of a long-lived data folder from growing without end. */
  async #rotateLog(): Promise<void> {
    const { size } = await fs.stat(this.logFile).catch(() => ({ size: 0 }));
    if (size > MAX_LOG_BYTES) {
      await fs.rename(this.logFile, `${this.logFile}.1`);
    }
  }

  async #awaitReady(signal: AbortSignal | undefined): Promise<void> {
    const end = Date.now() + this.bootTimeoutMs;
    while (!(await this.isReady())) {
      signal?.throwIfAborted();
      if (!(await this.isRunning())) {
        throw new Error(
          `${this.name} ended while it booted. The end of ${
            this.logFile
          }:\n${await this.#logTail()}`,
        );
      }
      if (Date.now() > end) {
        await this.stop();
        throw new Error(
          `${this.name} was not ready after ${
            this.bootTimeoutMs / 1000
          } s. The end of ${this.logFile}:\n${await this.#logTail()}`,
        );
      }
      await sleep(50);
    }
  }

  async #logTail(): Promise<string> {
    const log = await fs.readFile(this.logFile, 'utf8');
    return log.trimEnd().split('\n').slice(-15).join('\n');
  }
}

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Armed,
  FromBackend,
  MomentId,
  ToBackend,
} from '../backend/messages';
import { Caller } from './Caller';

const PACKAGE = path.dirname(
  require.resolve('@data-resources/test-fault/package.json'),
);
const START_TIMEOUT_MS = 120_000;

export interface BackendOptions {
  environment: Record<string, string>;
  port: number;
  logFile: string;
}

/** One replica of the portal's backend, as a process that can be held, frozen and killed. */
export class Backend {
  readonly caller: Caller;
  readonly #options: BackendOptions;
  readonly #child: ChildProcess;
  readonly #passed = new Map<string, MomentId[]>();
  readonly #stopped = new Map<string, MomentId>();
  #answers = false;
  #isFrozen = false;
  readonly #armed = new Map<string, () => void>();

  private constructor(options: BackendOptions) {
    this.#options = options;
    this.caller = Caller.create(options.port);
    const log = openSync(options.logFile, 'a');
    this.#child = fork(
      path.join(PACKAGE, 'src/backend/program.ts'),
      ['--config', path.join(PACKAGE, 'config/app-config.yaml')],
      {
        cwd: PACKAGE,
        execArgv: [
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        ],
        env: {
          ...process.env,
          ...options.environment,
          PORTAL_BACKEND_PORT: String(options.port),
          NODE_ENV: 'development',
          // It starts hundreds of times.
          NODE_COMPILE_CACHE: path.join(tmpdir(), 'data-resources-fault'),
          FORCE_COLOR: '0',
        },
        stdio: ['ignore', log, log, 'ipc'],
      },
    );
    closeSync(log);
    this.#child.on('message', message => this.#receive(message as FromBackend));
  }

  /** Starts a replica; {@link ready} says when it answers. */
  static spawn(options: BackendOptions): Backend {
    return new Backend(options);
  }

  get port(): number {
    return this.#options.port;
  }

  /** Waits until it serves. */
  async ready(signal?: AbortSignal): Promise<void> {
    const end = Date.now() + START_TIMEOUT_MS;
    const url = `http://127.0.0.1:${this.port}/.backstage/health/v1/readiness`;
    for (;;) {
      signal?.throwIfAborted();
      const ok = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
        async response => {
          await response.body?.cancel();
          return response.ok;
        },
        () => false,
      );
      if (ok) {
        this.#answers = true;
        return;
      }
      if (!this.isRunning() || Date.now() > end) {
        throw new Error(
          `The backend on port ${
            this.port
          } did not start. The end of its log:\n${await this.#logTail()}`,
        );
      }
      await sleep(50);
    }
  }

  isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Has an object's moments told from now on, and its work held at one of them. */
  async arm(target: Armed): Promise<void> {
    this.#passed.set(target.id, []);
    this.#stopped.delete(target.id);
    await this.#tell(target.id, { kind: 'arm', target });
  }

  /** Another word by which the object is known. */
  async learn(id: string, word: string): Promise<void> {
    await this.#tell(id, { kind: 'learn', id, word });
  }

  disarm(id: string): void {
    if (this.#child.connected) {
      this.#child.send({ kind: 'disarm', id } satisfies ToBackend);
    }
  }

  /** Lets what is held of an object go on. */
  release(id: string): void {
    this.#child.send({ kind: 'release', id } satisfies ToBackend);
  }

  /** The moments of an object that went by, in their order. */
  passed(id: string): readonly MomentId[] {
    return this.#passed.get(id) ?? [];
  }

  /** Where an object's work is held, if it is. */
  stoppedAt(id: string): MomentId | undefined {
    return this.#stopped.get(id);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to shut down, and waits until it has. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Whether people who call it may expect an answer. */
  get isServing(): boolean {
    return this.#answers && !this.#isFrozen && this.isRunning();
  }

  freeze(): void {
    this.#isFrozen = true;
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#isFrozen = false;
    this.#child.kill('SIGCONT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning()) {
      return;
    }
    const exit = once(this.#child, 'exit');
    this.#child.kill(signal);
    if (signal !== 'SIGKILL') {
      const late = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
      await exit;
      clearTimeout(late);
    }
    await exit;
  }

  async #tell(id: string, message: ToBackend): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      if (!this.#child.connected) {
        reject(new Error(`The backend on port ${this.port} is gone`));
        return;
      }
      if (this.#armed.has(id)) {
        reject(new Error(`${id} is told two things at once`));
        return;
      }
      this.#armed.set(id, resolve);
      this.#child.send(message);
    });
  }

  #receive(message: FromBackend): void {
    if (message.kind === 'armed') {
      this.#armed.get(message.id)?.();
      this.#armed.delete(message.id);
      return;
    }
    const { id, label, occurrence } = message;
    if (message.kind === 'stopped') {
      this.#stopped.set(id, { label, occurrence });
    } else {
      this.#passed.get(id)?.push({ label, occurrence });
    }
  }

  async #logTail(): Promise<string> {
    const log = await fs
      .readFile(this.#options.logFile, 'utf8')
      .catch(() => '');
    return log.trimEnd().split('\n').slice(-15).join('\n');
  }
}

import {
  promises as fs,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The command line of a process, or undefined when there is no such process (or
 * only what is left of one that its parent has not collected yet).
 */
export function commandLineOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return line.split('\0').join(' ').trim() || undefined;
    }
    return (
      execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

/**
 * Whether a process still holds what it had, its ports among them. One that ends
 * loses its command line a while before it closes its ports.
 *
 * @param marker - tells it from a stranger that was given the same pid since
 */
function isAlive(pid: number, marker: string): boolean {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in brackets may hold anything; the state follows it. It is that of the first
      // thread, and what the process holds is let go by the last.
      if (
        'ZX'.includes(stat[stat.lastIndexOf(')') + 2]) &&
        readdirSync(`/proc/${pid}/task`).length <= 1
      ) {
        return false;
      }
    } catch {
      return false;
    }
    return commandLineOf(pid)?.includes(marker) ?? true;
  }
  return commandLineOf(pid)?.includes(marker) ?? false;
}

/** What starts a server, and how it is recognised again. */
export interface ServerCommand {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Folder to run in, `/` when left out. */
  cwd?: string;
  /** User and group to run as, where that is not the caller's. */
  user?: { uid: number; gid: number };
}

/** Options of {@link ServerProcess}. */
export interface ServerProcessOptions {
  /** Holds the pid; the server's user must be able to write it. */
  pidFile: string;
  /** Standard output and error are appended here. */
  logFile: string;
  /**
   * Text that the command line of this server, and of no other process, holds:
   * its data folder. A process without it is never signalled.
   */
  marker: string;
}

/**
 * One server process that outlives its starter: it runs detached, in a process
 * group of its own, so a Ctrl-C in the terminal does not reach it before it is
 * stopped in order, and a later run finds it by its pid file.
 */
export class ServerProcess {
  readonly #options: ServerProcessOptions;

  constructor(options: ServerProcessOptions) {
    this.#options = options;
  }

  /**
   * The pid of the live server. A pid file whose process is gone, or is somebody
   * else's by now, counts as none.
   */
  async pid(): Promise<number | undefined> {
    const { marker } = this.#options;
    const pid = await this.recordedPid();
    const end = Date.now() + 2_000;
    while (pid !== undefined && Date.now() < end) {
      const line = commandLineOf(pid);
      if (line !== undefined) {
        return line.includes(marker) ? pid : undefined;
      }
      // A process has no command line for a moment while it becomes another program, and
      // when it ends.
      if (!isAlive(pid, marker)) {
        return undefined;
      }
      await sleep(10);
    }
    return undefined;
  }

  /**
   * The pid that the last start recorded, whatever became of it. It is also the
   * number of the process group that the server began.
   */
  async recordedPid(): Promise<number | undefined> {
    const text = await fs
      .readFile(this.#options.pidFile, 'utf8')
      .catch(() => '');
    const pid = Number(text.trim());
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  }

  /** Starts the server; returns once its pid is on record, not yet ready. */
  async spawn(server: ServerCommand): Promise<void> {
    await fs.rm(this.#options.pidFile, { force: true });
    const log = openSync(this.#options.logFile, 'a', 0o600);
    try {
      // The shell records its own pid and then becomes the server, so there is no
      // moment in which the server runs and nobody knows its pid.
      const child = spawn(
        '/bin/sh',
        [
          '-c',
          'echo $$ > "$0" && exec "$@"',
          this.#options.pidFile,
          server.command,
          ...server.args,
        ],
        {
          detached: true,
          stdio: ['ignore', log, log],
          env: server.env ?? process.env,
          cwd: server.cwd ?? '/',
          ...server.user,
        },
      );
      await new Promise<void>((resolve, reject) => {
        child.once('error', reject);
        child.once('spawn', resolve);
      });
      child.unref();
    } finally {
      closeSync(log);
    }
    await until(async () => (await this.recordedPid()) !== undefined, 5_000);
  }

  /**
   * Ends the server with `signal`, and with SIGKILL, together with all processes
   * below it, when it is not gone in time.
   * Does nothing when it does not run.
   */
  async stop(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    const pid = await this.pid();
    if (pid !== undefined && signal !== 'SIGKILL') {
      send(pid, signal);
      // A frozen process handles no signal before it goes on.
      processTree(pid).forEach(member => send(member, 'SIGCONT'));
      const { marker } = this.#options;
      await until(async () => !isAlive(pid, marker), graceMs);
    }
    const left = await this.pid();
    if (left !== undefined) {
      const tree = processTree(left);
      tree.forEach(member => send(member, 'SIGKILL'));
      // PostgreSQL's children have names of their own.
      await until(
        async () => !tree.some(member => isAlive(member, '')),
        10_000,
      );
    }
    await fs.rm(this.#options.pidFile, { force: true });
  }

  /** Sends a signal to the server and to every process below it. */
  async signalTree(signal: NodeJS.Signals): Promise<void> {
    const pid = await this.pid();
    if (pid === undefined) {
      throw new Error(
        `No live server is recorded in ${
          this.#options.pidFile
        }; start it first`,
      );
    }
    processTree(pid).forEach(member => send(member, signal));
  }
}

/** Waits until `condition` holds; false when it did not within `timeoutMs`. */
export async function until(
  condition: () => Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (await condition()) {
      return true;
    }
    await sleep(50);
  }
  return condition();
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

/** A process as the system lists it. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
}

/** A process and all below it. PostgreSQL's children each have their own group. */
function processTree(root: number): number[] {
  const table = processTable();
  const tree = [root];
  for (const pid of tree) {
    tree.push(
      ...table.filter(({ parent }) => parent === pid).map(entry => entry.pid),
    );
  }
  return tree;
}

/** Every process of this machine. */
export function processTable(): ProcessEntry[] {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid='], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .map(line => {
        const [pid, parent, group] = line.trim().split(/\s+/).map(Number);
        return { pid, parent, group };
      });
  }
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The name in brackets may hold anything; state, parent and group follow it.
        const [, parent, group] = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ');
        return [
          { pid: Number(name), parent: Number(parent), group: Number(group) },
        ];
      } catch {
        // It ended while it was looked at.
        return [];
      }
    });
}

/**
 * Ends every process of a group whose command line holds `marker`; those that are
 * left after `graceMs` are killed.
 */
export async function stopGroup(
  group: number,
  marker: string,
  graceMs: number,
): Promise<void> {
  const seen = new Set<number>();
  const left = () => {
    // Looked up each time: a member may start another while it ends.
    processTable()
      .filter(entry => entry.group === group)
      .filter(({ pid }) => commandLineOf(pid)?.includes(marker))
      .forEach(({ pid }) => seen.add(pid));
    return [...seen].filter(pid => isAlive(pid, marker));
  };
  left().forEach(pid => send(pid, 'SIGTERM'));
  if (!(await until(async () => left().length === 0, graceMs))) {
    left().forEach(pid => send(pid, 'SIGKILL'));
    await until(async () => left().length === 0, 10_000);
  }
}

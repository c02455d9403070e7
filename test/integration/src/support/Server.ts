import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  cqlAsAdmin,
  kafkaTopics,
  ServerProcess,
  sqlAsAdmin,
  testEngine,
} from '@data-resources/test-engines';
import { eventually } from './eventually';

/** The instances whose servers tests take away. */
export type ServerName = 'kafka-dev' | 'cassandra-dev' | 'postgres-dev';

interface Command {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  user: { uid: number; gid: number };
}

const asks: Record<ServerName, () => Promise<unknown>> = {
  'kafka-dev': () => kafkaTopics(['--list']),
  'cassandra-dev': () => cqlAsAdmin('SELECT key FROM system.local'),
  'postgres-dev': () => sqlAsAdmin('postgres-dev', 'SELECT 1'),
};

/** One of the run's servers, which tests take away and give back. */
export class Server {
  readonly name: ServerName;
  readonly #process: ServerProcess;
  #command?: Command;

  constructor(name: ServerName) {
    const { folder, logFile } = testEngine(name);
    this.name = name;
    this.#process = new ServerProcess({
      pidFile: path.join(folder, 'run', 'pid'),
      logFile,
      marker: `${folder}/`,
    });
  }

  /** Connections are taken, and nothing answers. */
  async freeze(): Promise<void> {
    await this.#process.signalTree('SIGSTOP');
  }

  /** Undoes {@link freeze}. */
  async resume(): Promise<void> {
    await this.#process.signalTree('SIGCONT');
  }

  /** Ends the server in order: nothing listens any more. */
  async stop(): Promise<void> {
    this.#command = await commandOf((await this.#process.pid())!);
    await this.#process.stop(
      this.name === 'postgres-dev' ? 'SIGINT' : 'SIGTERM',
      30_000,
    );
  }

  /** Starts it again as it was started before {@link stop}, and waits until it answers. */
  async start(): Promise<void> {
    await this.#process.spawn(this.#command!);
    await eventually(
      `${this.name} answers again`,
      () =>
        asks[this.name]().then(
          () => 'yes',
          error => String(error),
        ),
      answer => answer === 'yes',
      90_000,
    );
  }
}

/** What a process was started with, as the system keeps it. */
async function commandOf(pid: number): Promise<Command> {
  const list = async (name: string) =>
    (await fs.readFile(`/proc/${pid}/${name}`, 'utf8'))
      .split('\0')
      .filter(each => each !== '');
  const [executable, ...args] = await list('cmdline');
  const { uid, gid } = await fs.stat(`/proc/${pid}`);
  return {
    command: executable,
    args,
    env: Object.fromEntries(
      (await list('environ')).map(each => {
        const at = each.indexOf('=');
        return [each.slice(0, at), each.slice(at + 1)];
      }),
    ),
    cwd: await fs.readlink(`/proc/${pid}/cwd`),
    user: { uid, gid },
  };
}

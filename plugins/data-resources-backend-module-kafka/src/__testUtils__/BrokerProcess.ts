import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { testEngine } from '@data-resources/test-engines';

const run = promisify(execFile);

const LONGEST_BOOT_MS = 90_000;
const JVM = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const CLUSTER_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const STARTED = 'Kafka Server started';

/** Without it nothing is logged, and nobody would know when the broker is up. */
const LOGGING = `appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%m%n
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
`;

/** A broker's settings, as in its `server.properties`. */
export interface Properties {
  [name: string]: string;
}

/** One process of Kafka with a folder of its own, which is started and stopped at will. */
export class BrokerProcess {
  readonly #folder: string;
  #process?: ChildProcess;
  #starts = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Makes a formatted data folder.
   *
   * @param properties - told the folder in which its data may be
   * @param options.scram - accounts to begin with, as `kafka-storage.sh --add-scram` takes them
   */
  static async create(
    properties: (folder: string) => Properties,
    {
      clusterId = CLUSTER_ID,
      scram = [],
    }: { clusterId?: string; scram?: readonly string[] } = {},
  ): Promise<BrokerProcess> {
    const broker = new BrokerProcess(
      await mkdtemp(path.join(tmpdir(), 'kafka-odd-')),
    );
    const file = broker.#file('server.properties');
    await writeFile(file, propertiesText(properties(broker.#folder)), {
      mode: 0o600,
    });
    await writeFile(broker.#file('log4j2.properties'), LOGGING);
    await run(testEngine('kafka-dev').java, [
      ...broker.#java(),
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      file,
      ...scram.flatMap(each => ['--add-scram', each]),
    ]);
    return broker;
  }

  get isRunning(): boolean {
    return (
      this.#process?.exitCode === null && this.#process.signalCode === null
    );
  }

  /** Starts it, and waits until it serves. */
  async start(): Promise<void> {
    const child = spawn(
      testEngine('kafka-dev').java,
      [...this.#java(), 'kafka.Kafka', this.#file('server.properties')],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = child;
    this.#starts += 1;
    const log = this.#file(`broker-${this.#starts}.log`);
    child.stdout.pipe(createWriteStream(log));
    child.stderr.resume();
    const end = Date.now() + LONGEST_BOOT_MS;
    while (Date.now() < end) {
      const text = await readFile(log, 'utf8').catch(() => '');
      if (text.includes(STARTED)) {
        return;
      }
      if (!this.isRunning) {
        throw new Error(`The broker did not start:\n${text.slice(-2_000)}`);
      }
      await sleep(100);
    }
    throw new Error(`The broker did not start within ${LONGEST_BOOT_MS} ms`);
  }

  /** Lets it stand still, with its connections open. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends the process, frozen or not; its data stay. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (this.#process && this.isRunning) {
      const child = this.#process;
      const ended = new Promise(resolve => {
        child.once('exit', resolve);
      });
      child.kill(signal);
      await ended;
    }
  }

  /** Ends it, and leaves nothing. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #java(): string[] {
    return [
      ...JVM,
      `-Dlog4j2.configurationFile=${this.#file('log4j2.properties')}`,
      '-cp',
      testEngine('kafka-dev').classPath,
    ];
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }
}

/** As Kafka reads its settings from a file. */
export function propertiesText(properties: Properties): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts, testEngine } from '@data-resources/test-engines';
import type { KafkaDescription } from '@data-resources/test-engines';

const run = promisify(execFile);

const LONGEST_BOOT_MS = 90_000;
const JVM = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Without it nothing is logged, and nobody would know when the broker is up. */
const LOGGING = `appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%m%n
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
`;

/** The password of `admin`, the only account of an {@link OddBroker}. */
export const ODD_PASSWORD = 'odd-broker-admin';

/** What an {@link OddBroker} is made with, beside its settings. */
export interface OddBrokerOptions {
  /** 22 characters of base64url. */
  clusterId?: string;
  /** More SCRAM accounts, as `kafka-storage.sh --add-scram` takes them. */
  scram?: readonly string[];
  /** More listeners, by their names in capitals. */
  listeners?: { [name: string]: { port: number; protocol: string } };
}

const CLUSTER_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

/** A real broker of this test's own, configured as one should not be. */
export class OddBroker {
  readonly bootstrap: string;
  readonly #controllerPort: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(options: {
    bootstrap: string;
    controllerPort: number;
    folder: string;
    process: ChildProcess;
  }) {
    this.bootstrap = options.bootstrap;
    this.#controllerPort = options.controllerPort;
    this.#folder = options.folder;
    this.#process = options.process;
  }

  /**
   * @param settings - added to, or in place of, those of a plain SCRAM broker
   * @param first - the broker whose cluster this one joins as the second
   */
  static async start(
    settings: { [name: string]: string },
    first?: OddBroker,
    {
      clusterId = CLUSTER_ID,
      scram = [],
      listeners = {},
    }: OddBrokerOptions = {},
  ): Promise<OddBroker> {
    const { java, classPath } = testEngine('kafka-dev');
    const ports = await freePorts(['broker', 'controller'] as const);
    const folder = await mkdtemp(path.join(tmpdir(), 'kafka-odd-'));
    const file = path.join(folder, 'server.properties');
    await writeFile(
      file,
      Object.entries(
        withListeners(
          {
            ...plain(folder, ports),
            ...(first ? second(ports, first.#controllerPort) : {}),
            ...settings,
          },
          listeners,
        ),
      )
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
      { mode: 0o600 },
    );
    const logging = path.join(folder, 'log4j2.properties');
    await writeFile(logging, LOGGING);
    const command = [
      ...JVM,
      `-Dlog4j2.configurationFile=${logging}`,
      '-cp',
      classPath,
    ];
    await run(java, [
      ...command,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      file,
      ...(first
        ? []
        : [
            '--add-scram',
            `SCRAM-SHA-512=[name=admin,password=${ODD_PASSWORD}]`,
            ...scram.flatMap(each => ['--add-scram', each]),
          ]),
    ]);
    const log = path.join(folder, 'broker.log');
    const child = spawn(java, [...command, 'kafka.Kafka', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(createWriteStream(log));
    child.stderr.resume();
    const broker = new OddBroker({
      bootstrap: `127.0.0.1:${ports.broker}`,
      controllerPort: ports.controller,
      folder,
      process: child,
    });
    try {
      await broker.#started(log);
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  /** For a {@link TestCluster}; what it has beyond this is the shared broker's. */
  describe(): KafkaDescription {
    const [host, port] = this.bootstrap.split(':');
    const admin = { user: 'admin', password: ODD_PASSWORD };
    return {
      ...testEngine('kafka-dev'),
      bootstrap: this.bootstrap,
      host,
      port: Number(port),
      admin,
      provisioner: admin,
    };
  }

  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) {
      const ended = new Promise(resolve => {
        this.#process.once('exit', resolve);
      });
      this.#process.kill('SIGKILL');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #started(log: string): Promise<void> {
    const end = Date.now() + LONGEST_BOOT_MS;
    while (Date.now() < end) {
      const text = await readFile(log, 'utf8').catch(() => '');
      if (text.includes('Kafka Server started')) {
        return;
      }
      if (this.#process.exitCode !== null) {
        throw new Error(`The broker did not start:\n${text.slice(-2_000)}`);
      }
      await sleep(100);
    }
    throw new Error(`The broker did not start within ${LONGEST_BOOT_MS} ms`);
  }
}

function plain(
  folder: string,
  ports: { broker: number; controller: number },
): { [name: string]: string } {
  const login = `org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${ODD_PASSWORD}";`;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `CLIENT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,CLIENT:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'CLIENT',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'listener.name.client.scram-sha-512.sasl.jaas.config': login,
    'authorizer.class.name':
      'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:admin;User:ANONYMOUS',
    'log.dirs': path.join(folder, 'data'),
    'offsets.topic.replication.factor': '1',
  };
}

function second(
  ports: { broker: number },
  controllerPort: number,
): { [name: string]: string } {
  return {
    'process.roles': 'broker',
    'node.id': '2',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `CLIENT://127.0.0.1:${ports.broker}`,
  };
}

function withListeners(
  settings: { [name: string]: string },
  listeners: NonNullable<OddBrokerOptions['listeners']>,
): { [name: string]: string } {
  const protocols = 'listener.security.protocol.map';
  const more = Object.entries(listeners);
  return {
    ...settings,
    listeners: [
      settings.listeners,
      ...more.map(([name, { port }]) => `${name}://127.0.0.1:${port}`),
    ].join(','),
    [protocols]: [
      settings[protocols],
      ...more.map(([name, { protocol }]) => `${name}:${protocol}`),
    ].join(','),
  };
}

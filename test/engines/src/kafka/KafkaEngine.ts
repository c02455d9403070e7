import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Engine, EngineOptions } from '../Engine';
import { KafkaDescription } from '../description';
import { writeArgumentFile } from '../java/argumentFile';
import { requireJava17OrNewer } from '../java/findJava';
import { requireJars } from '../java/jars';
import { EnginePorts, isFree } from '../ports';
import { ServerCommand } from '../processes';
import { folderSecrets, writePrivateFile } from '../secrets';
import { ensureCertificates } from './certificates';
import {
  ADMIN_USER,
  BrokerSettings,
  clientProperties,
  loggingProperties,
  PROVISIONER_USER,
  serverProperties,
} from './properties';

const run = promisify(execFile);

/** The ports of a broker. */
export type KafkaPorts = Pick<
  EnginePorts,
  'kafka-dev' | 'kafka-dev-tls' | 'kafka-dev-controller'
>;

/** Options of {@link KafkaEngine}. */
export interface KafkaEngineOptions extends EngineOptions<'kafka-dev'> {
  ports: KafkaPorts;
  /** 512 when left out. */
  heapMb?: number;
  progress?: (line: string) => void;
}

/** A Kafka broker in KRaft mode that knows SCRAM users and ACLs. */
export class KafkaEngine extends Engine<'kafka-dev'> {
  protected readonly stopSignal = 'SIGTERM';
  protected readonly bootTimeoutMs = 90_000;

  readonly #ports: KafkaPorts;
  readonly #heapMb: number;
  readonly #progress: (line: string) => void;
  #logOffset = 0;

  private constructor(options: KafkaEngineOptions) {
    super(options);
    this.#ports = options.ports;
    this.#heapMb = options.heapMb ?? 512;
    this.#progress = options.progress ?? (() => {});
  }

  static create(options: KafkaEngineOptions): KafkaEngine {
    return new KafkaEngine(options);
  }

  async describe(): Promise<KafkaDescription> {
    const secrets = await this.#secrets();
    const port = this.#ports['kafka-dev'];
    const tlsPort = this.#ports['kafka-dev-tls'];
    return {
      engine: 'kafka',
      ...this.describeServer(),
      name: this.name,
      port,
      tlsPort,
      bootstrap: `127.0.0.1:${port}`,
      bootstrapTls: `localhost:${tlsPort}`,
      caFile: path.join(this.folder, 'tls', 'ca.pem'),
      admin: { user: ADMIN_USER, password: secrets.admin },
      provisioner: { user: PROVISIONER_USER, password: secrets.provisioner },
      adminConfigFile: path.join(this.folder, 'admin.properties'),
      java: (await requireJava17OrNewer()).binary,
      classPath: await this.#classPath(),
    };
  }

  protected async prepare(): Promise<void> {
    const secrets = await this.#secrets();
    const tls = await ensureCertificates(path.join(this.folder, 'tls'));
    const settings: BrokerSettings = {
      ...tls,
      port: this.#ports['kafka-dev'],
      tlsPort: this.#ports['kafka-dev-tls'],
      controllerPort: this.#ports['kafka-dev-controller'],
      dataFolder: path.join(this.folder, 'data'),
      adminPassword: secrets.admin,
      controllerPassword: secrets.controller,
    };
    await writePrivateFile(
      this.#file('server.properties'),
      serverProperties(settings),
    );
    await writePrivateFile(
      this.#file('admin.properties'),
      clientProperties(ADMIN_USER, secrets.admin),
    );
    await fs.writeFile(this.#file('log4j2.properties'), loggingProperties);
    await this.#format(settings, secrets);
    await writeArgumentFile(this.#file('java.args'), [
      `-Xmx${this.#heapMb}m`,
      '-Xms64m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-XX:+ExitOnOutOfMemoryError',
      `-Dlog4j2.configurationFile=${this.#file('log4j2.properties')}`,
      '-cp',
      await this.#classPath(),
      'kafka.Kafka',
      this.#file('server.properties'),
    ]);
  }

  protected async command(): Promise<ServerCommand> {
    this.#logOffset = await fs.stat(this.logFile).then(
      ({ size }) => size,
      () => 0,
    );
    const { binary } = await requireJava17OrNewer();
    return { command: binary, args: [`@${this.#file('java.args')}`] };
  }

  protected async isReady(): Promise<boolean> {
    const log = await fs.open(this.logFile);
    try {
      const { size } = await log.stat();
      const { buffer } = await log.read({
        buffer: Buffer.alloc(Math.max(size - this.#logOffset, 0)),
        position: this.#logOffset,
      });
      return (
        buffer.includes('Kafka Server started') &&
        !(await isFree(this.#ports['kafka-dev']))
      );
    } finally {
      await log.close();
    }
  }

  protected async provision(): Promise<void> {
    // Formatting the data folder made the accounts already.
  }

  /** Makes the metadata log with both accounts in it, so that no default password exists. */
  async #format(
    settings: BrokerSettings,
    secrets: { admin: string; provisioner: string },
  ): Promise<void> {
    if (await fs.stat(settings.dataFolder).catch(() => undefined)) {
      return;
    }
    // Formatted aside and renamed, so that a killed start leaves nothing half-made.
    const part = `${settings.dataFolder}.part`;
    await fs.rm(part, { recursive: true, force: true });
    const properties = this.#file('format.properties');
    const args = this.#file('format.args');
    await writePrivateFile(
      properties,
      serverProperties({ ...settings, dataFolder: part }),
    );
    await writeArgumentFile(args, [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      await this.#classPath(),
      'kafka.tools.StorageTool',
      'format',
      '-t',
      randomBytes(16).toString('base64url').replace(/^-/, 'A'),
      '-c',
      properties,
      '--add-scram',
      `SCRAM-SHA-512=[name=${ADMIN_USER},password=${secrets.admin}]`,
      '--add-scram',
      `SCRAM-SHA-512=[name=${PROVISIONER_USER},password=${secrets.provisioner}]`,
    ]);
    const { binary } = await requireJava17OrNewer();
    await run(binary, [`@${args}`]);
    await fs.rename(part, settings.dataFolder);
    await Promise.all([properties, args].map(file => fs.rm(file)));
  }

  async #secrets() {
    return folderSecrets(this.folder, ['admin', 'provisioner', 'controller']);
  }

  async #classPath(): Promise<string> {
    return `${await requireJars('kafka', this.#progress)}/*`;
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }
}

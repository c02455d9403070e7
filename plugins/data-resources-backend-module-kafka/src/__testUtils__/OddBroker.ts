import path from 'node:path';
import { freePorts, testEngine } from '@data-resources/test-engines';
import type { KafkaDescription } from '@data-resources/test-engines';
import { BrokerProcess } from './BrokerProcess';
import type { Properties } from './BrokerProcess';

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

/** A real broker of this test's own, configured as one should not be. */
export class OddBroker {
  readonly bootstrap: string;
  readonly #controllerPort: number;
  readonly #process: BrokerProcess;

  private constructor(options: {
    bootstrap: string;
    controllerPort: number;
    process: BrokerProcess;
  }) {
    this.bootstrap = options.bootstrap;
    this.#controllerPort = options.controllerPort;
    this.#process = options.process;
  }

  /**
   * @param settings - added to, or in place of, those of a plain SCRAM broker
   * @param first - the broker whose cluster this one joins as the second
   */
  static async start(
    settings: Properties,
    first?: OddBroker,
    { clusterId, scram = [], listeners = {} }: OddBrokerOptions = {},
  ): Promise<OddBroker> {
    const ports = await freePorts(['broker', 'controller'] as const);
    const process = await BrokerProcess.create(
      folder =>
        withListeners(
          {
            ...plain(folder, ports),
            ...(first ? second(ports, first.#controllerPort) : {}),
            ...settings,
          },
          listeners,
        ),
      {
        clusterId,
        scram: first
          ? []
          : [`SCRAM-SHA-512=[name=admin,password=${ODD_PASSWORD}]`, ...scram],
      },
    );
    try {
      await process.start();
    } catch (error) {
      await process.remove();
      throw error;
    }
    return new OddBroker({
      bootstrap: `127.0.0.1:${ports.broker}`,
      controllerPort: ports.controller,
      process,
    });
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
    await this.#process.remove();
  }
}

function plain(
  folder: string,
  ports: { broker: number; controller: number },
): Properties {
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

function second(ports: { broker: number }, controllerPort: number): Properties {
  return {
    'process.roles': 'broker',
    'node.id': '2',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `CLIENT://127.0.0.1:${ports.broker}`,
  };
}

function withListeners(
  settings: Properties,
  listeners: NonNullable<OddBrokerOptions['listeners']>,
): Properties {
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

import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  freePorts,
  kafkaMetadataQuorum,
  kafkaTopics,
  testEngine,
} from '@data-resources/test-engines';
import type { KafkaDescription } from '@data-resources/test-engines';
import {
  alterPartitionReassignmentsV0,
  TimeoutError,
  unregisterBrokerV0,
} from '@platformatic/kafka';
import type { Connection } from '@platformatic/kafka';
import { BrokerProcess, propertiesText } from './BrokerProcess';
import type { Properties } from './BrokerProcess';
import { plainClient } from './plainClient';

const IDS = [1, 2, 3] as const;
const PASSWORD = 'three-brokers-admin';
const LOGIN = `org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${PASSWORD}";`;

/** The number of one of three brokers. */
export type BrokerId = (typeof IDS)[number];

/** A partition as Kafka's own tools show it. */
export interface SeenPartition {
  leader: number;
  replicas: number[];
  inSync: number[];
}

/**
 * A real cluster of three nodes that are brokers and controllers, each in a rack of its own, as
 * one runs in earnest: three replicas of what Kafka keeps for itself, two of them in sync.
 */
export class ThreeBrokers {
  readonly description: KafkaDescription;
  /** Of all three. */
  readonly bootstrapServers: string[];
  readonly #folder: string;
  readonly #processes: ReadonlyMap<BrokerId, BrokerProcess>;

  private constructor(options: {
    ports: readonly number[];
    folder: string;
    processes: ReadonlyMap<BrokerId, BrokerProcess>;
  }) {
    const { ports, folder, processes } = options;
    const admin = { user: 'admin', password: PASSWORD };
    this.bootstrapServers = ports.map(port => `127.0.0.1:${port}`);
    this.description = {
      ...testEngine('kafka-dev'),
      bootstrap: this.bootstrapServers.join(','),
      host: '127.0.0.1',
      port: ports[0],
      admin,
      provisioner: admin,
      adminConfigFile: path.join(folder, 'admin.properties'),
    };
    this.#folder = folder;
    this.#processes = processes;
  }

  static async start(): Promise<ThreeBrokers> {
    const names = IDS.flatMap(id => [`broker${id}`, `controller${id}`]);
    const ports = await freePorts(names);
    const voters = IDS.map(
      id => `${id}@127.0.0.1:${ports[`controller${id}`]}`,
    ).join(',');
    const processes = new Map<BrokerId, BrokerProcess>();
    await Promise.all(
      IDS.map(async id => {
        const process = await BrokerProcess.create(
          folder => ({
            ...settings(folder),
            'node.id': String(id),
            'broker.rack': `rack-${id}`,
            'controller.quorum.voters': voters,
            listeners: `CLIENT://127.0.0.1:${
              ports[`broker${id}`]
            },CONTROLLER://127.0.0.1:${ports[`controller${id}`]}`,
          }),
          { scram: [`SCRAM-SHA-512=[name=admin,password=${PASSWORD}]`] },
        );
        processes.set(id, process);
      }),
    );
    const folder = await mkdtemp(path.join(tmpdir(), 'kafka-three-'));
    await writeFile(
      path.join(folder, 'admin.properties'),
      propertiesText({
        'security.protocol': 'SASL_PLAINTEXT',
        'sasl.mechanism': 'SCRAM-SHA-512',
        'sasl.jaas.config': LOGIN,
      }),
      { mode: 0o600 },
    );
    const brokers = new ThreeBrokers({
      ports: IDS.map(id => ports[`broker${id}`]),
      folder,
      processes,
    });
    try {
      await Promise.all([...processes.values()].map(each => each.start()));
      return brokers;
    } catch (error) {
      await brokers.stop();
      throw error;
    }
  }

  broker(id: BrokerId): BrokerProcess {
    return this.#processes.get(id)!;
  }

  /** The one that leads the controllers now, by Kafka's own tool. */
  async controller(): Promise<BrokerId> {
    const text = await kafkaMetadataQuorum(
      ['describe', '--status'],
      this.description,
    );
    return Number(/^LeaderId:\s+(\d+)/m.exec(text)?.[1]) as BrokerId;
  }

  /** The partitions of every topic by Kafka's own tool, in their order; none twice. */
  async topics(): Promise<Map<string, SeenPartition[]>> {
    const text = await kafkaTopics(['--describe'], this.description);
    const topics = new Map<string, SeenPartition[]>();
    for (const [, name, partition, leader, replicas, inSync] of text.matchAll(
      /Topic: (\S+)\s+Partition: (\d+)\s+Leader: (\S+)\s+Replicas: (\S+)\s+Isr: (\S*)/g,
    )) {
      const seen = topics.get(name) ?? [];
      if (seen[Number(partition)]) {
        throw new Error(`Partition ${partition} of ${name} is there twice`);
      }
      seen[Number(partition)] = {
        leader: Number(leader),
        replicas: numbers(replicas),
        inSync: numbers(inSync),
      };
      topics.set(name, seen);
    }
    return topics;
  }

  /**
   * Has partitions moved, as `kafka-reassign-partitions` does, and does not wait for it.
   *
   * @param replicas - by partition; null cancels what is under way
   */
  async reassign(
    name: string,
    replicas: readonly (number[] | null)[],
  ): Promise<void> {
    const partitions = replicas.map((ids, partitionIndex) => ({
      partitionIndex,
      replicas: ids,
    }));
    await this.#ask(connection =>
      alterPartitionReassignmentsV0.api.async(connection, 5_000, true, [
        { name, partitions },
      ]),
    );
  }

  /** Has the cluster forget a broker that is gone. */
  async unregister(broker: number): Promise<void> {
    await this.#ask(connection =>
      unregisterBrokerV0.api.async(connection, broker),
    );
  }

  /** Brings back what is frozen or stopped. */
  async heal(): Promise<void> {
    await Promise.all(
      [...this.#processes.values()].map(async each => {
        if (each.isRunning) {
          each.thaw();
        } else {
          await each.start();
        }
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map(each => each.remove()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Again, if it was a frozen broker that led the controllers until then. */
  async #ask(request: (connection: Connection) => Promise<unknown>) {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#askOnce(request);
        return;
      } catch (error) {
        if (tries === 4 || !(error instanceof TimeoutError)) {
          throw error;
        }
      }
    }
  }

  /** By a plain client, at a broker that runs. */
  async #askOnce(request: (connection: Connection) => Promise<unknown>) {
    const client = plainClient(this.description, this.description.admin);
    try {
      await request(
        await client.connections.getFirstAvailable(
          this.bootstrapServers.map(address => {
            const [host, port] = address.split(':');
            return { host, port: Number(port) };
          }),
        ),
      );
    } finally {
      await client.close();
    }
  }
}

function settings(folder: string): Properties {
  return {
    'process.roles': 'broker,controller',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,CLIENT:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'CLIENT',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'listener.name.client.scram-sha-512.sasl.jaas.config': LOGIN,
    'authorizer.class.name':
      'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:admin;User:ANONYMOUS',
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'log.dirs': path.join(folder, 'data'),
    'offsets.topic.replication.factor': '3',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '3',
    'transaction.state.log.min.isr': '2',
    'transaction.state.log.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
    'controller.quorum.append.linger.ms': '0',
    // Who is away is known within seconds, and a new controller is chosen as fast.
    'broker.heartbeat.interval.ms': '250',
    'broker.session.timeout.ms': '2000',
    'controller.quorum.fetch.timeout.ms': '1000',
    'controller.quorum.election.timeout.ms': '500',
    'replica.lag.time.max.ms': '3000',
    'metadata.log.max.record.bytes.between.snapshots': '1',
  };
}

function numbers(list: string): number[] {
  return list === '' ? [] : list.split(',').map(Number);
}

import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { CallContext } from '@data-resources/plugin-data-resources-node';
import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { ResponseError } from '@platformatic/kafka';
import type { API } from '@platformatic/kafka';
import type { AdminConfig, BrokerAddress } from '../config/readKafkaConfig';
import { Deadline } from './Deadline';
import { describeCause } from './describeCause';
import { KafkaConnection } from './KafkaConnection';
import type { OpenConnection } from './openConnection';

/** A broker of the cluster. */
export interface Broker {
  id: number;
  /** Absent for the only one there is: the connection that is open leads to it. */
  address?: BrokerAddress;
}

/** A function of the protocol as the client library offers it. */
export type ProtocolApi<A extends unknown[], R> = Pick<API<A, R>, 'async'>;

/**
 * Sends requests to one cluster. Reads, large reads and changes have a connection each: a broker
 * answers in order, and neither a change that waits for the controller nor a look at thousands of
 * topics must hold up those who only ask for a little.
 */
export class KafkaClient {
  readonly #config: AdminConfig;
  readonly #reads: KafkaConnection;
  readonly #largeReads: KafkaConnection;
  readonly #writes: KafkaConnection;
  /** By address: for what only one broker knows. */
  readonly #brokers = new Map<string, KafkaConnection>();
  /** The cluster that is meant; nothing is sent to another one. */
  #clusterId?: string;

  private constructor(config: AdminConfig) {
    this.#config = config;
    this.#reads = new KafkaConnection(config);
    this.#largeReads = new KafkaConnection(config);
    this.#writes = new KafkaConnection(config);
  }

  static create(config: AdminConfig): KafkaClient {
    return new KafkaClient(config);
  }

  /** Starts the clock of one call of the provider contract. */
  deadline(context: Pick<CallContext, 'signal' | 'reads'>): Deadline {
    return new Deadline(
      context.signal,
      this.#config.callTimeoutMs,
      context.reads,
    );
  }

  /** The connection for reads, for what is only known per connection. */
  async open(deadline: Deadline): Promise<OpenConnection> {
    return this.#open(this.#reads, deadline);
  }

  /** Says which cluster is meant: from here on a connection that leads to another one is not used. */
  bind(clusterId: string): void {
    this.#clusterId = clusterId;
  }

  /**
   * The cluster that reads and changes would go to, without a question while the connections are
   * the same.
   */
  async clusterId(deadline: Deadline): Promise<string> {
    const [reads, writes] = await Promise.all(
      [this.#reads, this.#writes].map(each => this.#connect(each, deadline)),
    );
    if (reads.clusterId !== writes.clusterId) {
      this.#reads.drop(reads);
      this.#writes.drop(writes);
      throw new ProviderError(
        'Unreachable',
        `Brokers of two clusters answer: ${clusterAt(reads)} and ${clusterAt(
          writes,
        )}. Check admin.bootstrapServers of the instance.`,
      );
    }
    return reads.clusterId;
  }

  /** Whether the brokers know a request of the protocol. */
  async speaks<A extends unknown[], R>(
    deadline: Deadline,
    { key, version }: Pick<API<A, R>, 'key' | 'version'>,
  ): Promise<boolean> {
    const { versions } = await this.open(deadline);
    const range = versions.get(key);
    return Boolean(range && version >= range.min && version <= range.max);
  }

  /**
   * Sends a request that changes nothing. A request that met a connection which had just
   * broken is sent once more.
   */
  async read<A extends unknown[], R>(
    deadline: Deadline,
    doing: string,
    api: ProtocolApi<A, R>,
    ...args: A
  ): Promise<R> {
    return this.#read(this.#reads, deadline, doing, api, args);
  }

  /** {@link KafkaClient.read} of what takes a broker long, which it does beside other reads. */
  async readMuch<A extends unknown[], R>(
    deadline: Deadline,
    doing: string,
    api: ProtocolApi<A, R>,
    ...args: A
  ): Promise<R> {
    return this.#read(this.#largeReads, deadline, doing, api, args);
  }

  /** {@link KafkaClient.read} at one broker, for what no other one knows. */
  async readAt<A extends unknown[], R>(
    { address }: Pick<Broker, 'address'>,
    deadline: Deadline,
    doing: string,
    api: ProtocolApi<A, R>,
    ...args: A
  ): Promise<R> {
    return address
      ? this.#read(
          this.#at(address),
          deadline,
          `${doing} (broker ${address.host}:${address.port})`,
          api,
          args,
        )
      : this.#read(this.#reads, deadline, doing, api, args);
  }

  /**
   * Sends a request that changes something, once. `Unknown` when it was sent and no answer
   * came.
   */
  async write<A extends unknown[], R>(
    deadline: Deadline,
    doing: string,
    api: ProtocolApi<A, R>,
    ...args: A
  ): Promise<R> {
    const open = await this.#open(this.#writes, deadline);
    try {
      return await this.#send(this.#writes, open, deadline, api, args);
    } catch (error) {
      throw new ProviderError(
        'Unknown',
        `Kafka was asked to ${doing} and gave no answer: ${reason(
          error,
          deadline,
        )}.`,
        error,
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      [
        this.#reads,
        this.#largeReads,
        this.#writes,
        ...this.#brokers.values(),
      ].map(connection => connection.close()),
    );
  }

  #at(address: BrokerAddress): KafkaConnection {
    const key = `${address.host}:${address.port}`;
    const known =
      this.#brokers.get(key) ??
      new KafkaConnection({ ...this.#config, brokers: [address] });
    this.#brokers.set(key, known);
    return known;
  }

  async #read<A extends unknown[], R>(
    connection: KafkaConnection,
    deadline: Deadline,
    doing: string,
    api: ProtocolApi<A, R>,
    args: A,
  ): Promise<R> {
    for (let attempt = 1; ; attempt += 1) {
      const open = await this.#open(connection, deadline);
      try {
        return await this.#send(connection, open, deadline, api, args);
      } catch (error) {
        if (attempt > 1 || deadline.signal.aborted) {
          throw new ProviderError(
            'Unreachable',
            `Kafka gave no answer while the portal tried to ${doing}: ${reason(
              error,
              deadline,
            )}.`,
            error,
          );
        }
      }
    }
  }

  async #open(
    connection: KafkaConnection,
    deadline: Deadline,
  ): Promise<OpenConnection> {
    const open = await this.#connect(connection, deadline);
    if (this.#clusterId !== undefined && open.clusterId !== this.#clusterId) {
      // Another of its addresses may lead to the right one.
      connection.drop(open);
      throw new ProviderError(
        'Unreachable',
        `Another cluster answers than the one that is meant: ${clusterAt(
          open,
        )}, and not ${this.#clusterId}.`,
      );
    }
    return open;
  }

  async #connect(
    connection: KafkaConnection,
    deadline: Deadline,
  ): Promise<OpenConnection> {
    try {
      return await connection.get(deadline);
    } catch (error) {
      throw isProviderError(error)
        ? error
        : new ProviderError(
            'Unreachable',
            `Kafka cannot be reached: ${reason(error, deadline)}.`,
            error,
          );
    }
  }

  /**
   * An answer in which single items failed is an answer: callers read each item's code, for
   * the other items have been done.
   */
  async #send<A extends unknown[], R>(
    connection: KafkaConnection,
    open: OpenConnection,
    deadline: Deadline,
    api: ProtocolApi<A, R>,
    args: A,
  ): Promise<R> {
    try {
      return await deadline.race(api.async(open.connection, ...args));
    } catch (error) {
      if (error instanceof ResponseError) {
        return error.response as R;
      }
      connection.drop(open);
      throw error;
    }
  }
}

function clusterAt({ clusterId, address }: OpenConnection): string {
  return `${clusterId} at ${address.host}:${address.port}`;
}

function reason(error: unknown, deadline: Deadline): string {
  if (deadline.aborted) {
    return 'the call was aborted';
  }
  if (deadline.signal.aborted) {
    return 'the time for the call was over';
  }
  return describeCause(error) || 'the connection broke';
}

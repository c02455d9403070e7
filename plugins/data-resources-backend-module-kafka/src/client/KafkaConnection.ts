import type { AdminConfig, BrokerAddress } from '../config/readKafkaConfig';
import type { Deadline } from './Deadline';
import { openConnection } from './openConnection';
import type { OpenConnection } from './openConnection';

/**
 * One connection that is opened when it is needed, kept, and opened again when it broke. The address
 * that failed last is tried last: it may be one that hangs.
 */
export class KafkaConnection {
  readonly #config: AdminConfig;
  #brokers: BrokerAddress[];
  #opening?: Promise<OpenConnection>;
  #open?: OpenConnection;
  #closed = false;

  constructor(config: AdminConfig) {
    this.#config = config;
    this.#brokers = config.brokers;
  }

  /** The open connection; those who come while it is being opened share that attempt. */
  async get(deadline: Deadline): Promise<OpenConnection> {
    if (this.#open?.connection.isConnected()) {
      return this.#open;
    }
    this.#opening ??= this.#connect();
    return deadline.race(this.#opening);
  }

  /** Ends a connection on which an answer is overdue: nothing after it would be answered either. */
  drop(open: OpenConnection): void {
    if (this.#open === open) {
      this.#open = undefined;
    }
    this.#putLast(open.address);
    open.connection.close().catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opening;
    const open = this.#open;
    this.#open = undefined;
    await open?.connection.close();
    // An attempt under way closes what it opens by itself, see #connect.
    await opening?.catch(() => {});
  }

  async #connect(): Promise<OpenConnection> {
    try {
      const open = await openConnection({
        ...this.#config,
        brokers: this.#brokers,
      });
      this.#putFirst(open.address);
      if (this.#closed) {
        await open.connection.close();
      } else {
        this.#open = open;
      }
      return open;
    } finally {
      this.#opening = undefined;
    }
  }

  #putFirst(address: BrokerAddress): void {
    const others = this.#brokers.filter(each => each !== address);
    this.#brokers = [address, ...others];
  }

  #putLast(address: BrokerAddress): void {
    const others = this.#brokers.filter(each => each !== address);
    this.#brokers = [...others, address];
  }
}

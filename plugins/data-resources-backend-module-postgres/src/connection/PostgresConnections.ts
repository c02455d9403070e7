import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { Client, Pool, type PoolClient } from 'pg';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { type Address, Addresses } from './Addresses';
import { readArrival } from './Arrival';
import { Arrivals, type Purpose } from './Arrivals';
import { clientConfig } from './clientConfig';
import type { MeantServer } from './MeantServer';
import { type Deadline, Session } from './Session';
import { TenantConnections } from './TenantConnections';

const ADMIN_IDLE_MS = 30_000;
const CLOSE_GRACE_MS = 1_000;

/**
 * The connections of the provisioner to one server: a pool to the administrative database,
 * and one at a time to a tenant's. Nothing is opened before it is needed. Of several hosts the one
 * that takes changes is used, as libpq has it with `target_session_attrs=read-write`.
 */
export class PostgresConnections {
  readonly #config: InstanceConfig['admin'];
  readonly #logger: LoggerService;
  readonly #addresses: Addresses;
  /** One for each host that was the one to use. */
  readonly #pools = new Map<Address, Pool>();
  readonly #arrivals: Arrivals;
  readonly #tenants: TenantConnections;
  readonly #sockets = new Set<Socket>();
  readonly #meant: MeantServer;
  #closed = false;

  private constructor(config: InstanceConfig['admin'], logger: LoggerService) {
    this.#config = config;
    this.#logger = logger;
    this.#addresses = new Addresses(config.hosts);
    this.#arrivals = new Arrivals({
      addresses: this.#addresses,
      timeoutMs: config.callTimeoutMs / 2,
      onLeft: () => this.#tenants.forgetAll(),
    });
    this.#meant = this.#arrivals.meant;
    this.#tenants = new TenantConnections({
      concurrency: config.concurrency,
      open: (database, made) => this.#open(database, 'tenant', made),
      left: (database, deadline) => deadline.left(this.#where(database)),
      onLost: error => this.#lost(error),
    });
  }

  static create(
    config: InstanceConfig['admin'],
    logger: LoggerService,
  ): PostgresConnections {
    return new PostgresConnections(config, logger);
  }

  /** Says which server is meant, by its system identifier. */
  bind(serverId: string): void {
    this.#meant.bind(serverId);
  }

  /** Which server the connections lead to; where new ones lead elsewhere, that one. */
  async identify(deadline: Deadline): Promise<string> {
    const { known } = this.#meant;
    if (known !== undefined) {
      return known;
    }
    try {
      if (!this.#meant.hasMoved) {
        const { systemIdentifier } = await this.withAdmin(
          deadline,
          readArrival,
        );
        return systemIdentifier;
      }
    } catch (error) {
      if (!this.#meant.hasMoved) {
        throw error;
      }
    }
    const { database } = this.#config;
    return this.#inTurn(database, async address => {
      const client = new Client(this.#clientConfig(address, database));
      client.on('error', error => this.#lost(error));
      try {
        await client.connect();
        const { systemIdentifier } = await readArrival(
          new Session(client, deadline),
        );
        this.#meant.found(systemIdentifier);
        return systemIdentifier;
      } finally {
        this.#tenants.end(client);
      }
    });
  }

  /** Works on the administrative database. */
  async withAdmin<T>(
    deadline: Deadline,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    deadline.left(this.#where(this.#config.database));
    const pooled = await this.#connectAdmin(deadline);
    let release = (broken: boolean) => pooled.release(broken);
    const session = this.#arrivals.session(pooled, deadline, async () => {
      release(true);
      release = () => {};
      const client = await this.#open(this.#config.database, 'admin');
      release = () => this.#tenants.end(client);
      return client;
    });
    try {
      return await work(session);
    } catch (error) {
      // What is no error of the server leaves the connection in a state nobody knows.
      session.broken ||= !(error instanceof ProviderError);
      throw error;
    } finally {
      release(session.broken || this.#meant.isOutdated(pooled));
    }
  }

  /** Works in a tenant's database. */
  async withDatabase<T>(
    database: string,
    deadline: Deadline,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    deadline.left(this.#where(database));
    let client = await this.#tenants.take(database, deadline);
    const session = this.#arrivals.session(client, deadline, async () => {
      await this.#tenants.end(client);
      client = await this.#tenants.another(database, deadline);
      return client;
    });
    let keep = false;
    try {
      const result = await work(session);
      keep = !session.broken && !this.#meant.isOutdated(client);
      return result;
    } finally {
      if (keep) {
        this.#tenants.keep(database, client);
      } else {
        this.#tenants.end(client);
      }
    }
  }

  /**
   * Connects to a tenant's database that {@link withDatabase} will be asked for in a moment, and looks
   * around, for what a new connection asks first takes the longest. Nobody hears of it if that fails.
   */
  openAhead(
    database: string,
    deadline: Deadline,
    look: (session: Session) => Promise<unknown>,
  ): void {
    this.#tenants.openAhead(database, deadline, client =>
      look(this.#arrivals.session(client, deadline)),
    );
  }

  /** Ends what is kept open to a database that is about to go. */
  forget(database: string): void {
    this.#tenants.forget(database);
  }

  /** Ends every connection; one that the server does not let go is cut. */
  async close(): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#tenants.close();
    const grace = new AbortController();
    await Promise.race([
      Promise.all([...this.#pools.values()].map(pool => pool.end())),
      sleep(CLOSE_GRACE_MS, undefined, { signal: grace.signal }).catch(
        () => undefined,
      ),
    ]);
    grace.abort();
    this.#sockets.forEach(socket => socket.destroy());
  }

  async #connectAdmin(deadline: Deadline): Promise<PoolClient> {
    for (;;) {
      const client = await this.#inTurn(this.#config.database, address =>
        this.#poolOf(address).connect(),
      );
      if (!this.#meant.isOutdated(client)) {
        return client;
      }
      client.release(true);
      deadline.left(this.#where(this.#config.database));
    }
  }

  /** The pool never opens a connection by itself, so that one of a host that is left stays empty. */
  #poolOf(address: Address): Pool {
    const known = this.#pools.get(address);
    if (known) {
      return known;
    }
    const pool = new Pool({
      ...this.#clientConfig(address, this.#config.database),
      max: this.#config.concurrency + 2,
      idleTimeoutMillis: ADMIN_IDLE_MS,
      verify: (client, done) => {
        this.#arrivals.look(client, address, 'admin').then(() => done(), done);
      },
    });
    pool.on('error', error => this.#lost(error));
    // The pool does not listen while a connection is in use: a break between two queries
    // would end the process.
    pool.on('connect', client => {
      client.on('error', () => {});
      this.#meant.opened(client);
    });
    pool.on('remove', client => this.#meant.closed(client));
    this.#pools.set(address, pool);
    return pool;
  }

  #open(
    database: string,
    purpose: Purpose,
    made: (client: Client) => () => void = () => () => {},
  ): Promise<Client> {
    return this.#inTurn(database, async address => {
      const client = new Client(this.#clientConfig(address, database));
      client.on('error', error => this.#lost(error));
      const gone = made(client);
      try {
        await client.connect();
      } catch (error) {
        gone();
        throw error;
      }
      try {
        await this.#arrivals.look(client, address, purpose);
      } catch (error) {
        this.#tenants.end(client);
        throw error;
      }
      return client;
    });
  }

  #lost(error: Error): void {
    this.#logger.debug(
      `A connection to ${this.#where(this.#config.database)} ended: ${
        error.message
      }`,
    );
  }

  #inTurn<T>(
    database: string,
    connect: (address: Address) => Promise<T>,
  ): Promise<T> {
    return this.#addresses.inTurn(
      address => this.#where(database, address),
      connect,
    );
  }

  #where(database: string, address = String(this.#addresses)): string {
    return `database ${database} on ${address} as ${this.#config.user}`;
  }

  #clientConfig(address: Address, database: string) {
    return clientConfig({
      config: this.#config,
      address,
      database,
      socket: () => this.#socket(),
    });
  }

  #socket(): Socket {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

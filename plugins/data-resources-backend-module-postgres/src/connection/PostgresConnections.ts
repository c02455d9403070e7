import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { Client, Pool, type PoolClient } from 'pg';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { type Address, Addresses } from './Addresses';
import { readArrival } from './Arrival';
import { Arrivals } from './Arrivals';
import { clientConfig } from './clientConfig';
import type { MeantServer } from './MeantServer';
import { type Deadline, Session } from './Session';

const ADMIN_IDLE_MS = 30_000;
/**
 * Long enough for check, act and check of one step, and short because the connection counts
 * against the tenant's connection limit.
 */
const TENANT_IDLE_MS = 300;
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
  readonly #idleTenants = new Map<
    string,
    { client: Client; stop: () => void }
  >();
  /** The server counts a connection until its socket is closed. */
  readonly #tenants = new Set<Client>();
  readonly #ending = new Set<Promise<void>>();
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
      onLeft: () =>
        [...this.#idleTenants.keys()].forEach(key => this.forget(key)),
    });
    this.#meant = this.#arrivals.meant;
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
        this.#end(client);
      }
    });
  }

  /** Works on the administrative database. */
  async withAdmin<T>(
    deadline: Deadline,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    deadline.left(this.#where(this.#config.database));
    const client = await this.#connectAdmin(deadline);
    const session = this.#arrivals.session(client, deadline);
    try {
      return await work(session);
    } catch (error) {
      // What is no error of the server leaves the connection in a state nobody knows.
      session.broken ||= !(error instanceof ProviderError);
      throw error;
    } finally {
      client.release(session.broken || this.#meant.isOutdated(client));
    }
  }

  /**
   * Works in a tenant's database. As many connections as may be worked on at once, and as many
   * again that are kept or are ending, are all that the server sees.
   */
  async withDatabase<T>(
    database: string,
    deadline: Deadline,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    deadline.left(this.#where(database));
    const client =
      this.#takeIdle(database) ?? (await this.#openTenant(database, deadline));
    const session = this.#arrivals.session(client, deadline);
    let keep = false;
    try {
      const result = await work(session);
      keep = !session.broken && !this.#meant.isOutdated(client);
      return result;
    } finally {
      if (keep && !this.#closed && !this.#idleTenants.has(database)) {
        this.#keepIdle(database, client);
      } else {
        this.#end(client);
      }
    }
  }

  /** Ends what is kept open to a database that is about to go. */
  forget(database: string): void {
    const client = this.#takeIdle(database);
    if (client) {
      this.#end(client);
    }
  }

  /** Ends every connection; one that the server does not let go is cut. */
  async close(): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    [...this.#idleTenants.keys()].forEach(name => this.forget(name));
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

  async #openTenant(database: string, deadline: Deadline): Promise<Client> {
    while (
      this.#ending.size > 0 &&
      this.#tenants.size >= 2 * this.#config.concurrency
    ) {
      await Promise.race(this.#ending);
      deadline.left(this.#where(database));
    }
    if (this.#closed) {
      throw new ProviderError('Unreachable', 'The instance is closed');
    }
    return this.#inTurn(database, async address => {
      const client = new Client(this.#clientConfig(address, database));
      client.on('error', error => this.#lost(error));
      this.#tenants.add(client);
      client.once('end', () => this.#tenants.delete(client));
      try {
        await client.connect();
      } catch (error) {
        this.#tenants.delete(client);
        throw error;
      }
      try {
        await this.#arrivals.look(client, address, 'tenant');
      } catch (error) {
        this.#end(client);
        throw error;
      }
      return client;
    });
  }

  #keepIdle(database: string, client: Client): void {
    // A look into many databases must not use up the server's connections.
    if (this.#idleTenants.size >= this.#config.concurrency) {
      const [longest] = this.#idleTenants.keys();
      this.forget(longest);
    }
    const timer = setTimeout(() => this.forget(database), TENANT_IDLE_MS);
    const drop = () => this.forget(database);
    client.once('end', drop);
    this.#idleTenants.set(database, {
      client,
      stop: () => {
        clearTimeout(timer);
        client.off('end', drop);
      },
    });
  }

  #takeIdle(database: string): Client | undefined {
    const idle = this.#idleTenants.get(database);
    this.#idleTenants.delete(database);
    idle?.stop();
    return idle?.client;
  }

  #end(client: Client): void {
    const grace = new AbortController();
    const ending = Promise.race([
      client.end().catch(error => this.#lost(error)),
      // A server that hangs must not keep the others' places.
      sleep(CLOSE_GRACE_MS, undefined, { signal: grace.signal }).catch(
        () => undefined,
      ),
    ]).then(() => {
      grace.abort();
      this.#ending.delete(ending);
      this.#tenants.delete(client);
    });
    this.#ending.add(ending);
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

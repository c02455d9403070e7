import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Client } from 'pg';
import type { Deadline } from './Session';

/**
 * Long enough for check, act and check of one step, and short because the connection counts
 * against the tenant's connection limit.
 */
const IDLE_MS = 300;
const CLOSE_GRACE_MS = 1_000;

/** Options of {@link TenantConnections}. */
export interface TenantConnectionsOptions {
  /** How many are worked on at once. */
  concurrency: number;
  /**
   * Opens one to a database and looks where it has led to. `made` is told of it before, and answers what
   * to call when nothing came of it.
   */
  open(database: string, made: (client: Client) => () => void): Promise<Client>;
  /** @throws ProviderError `Unreachable` when the time of the call is over */
  left(database: string, deadline: Deadline): void;
  onLost(error: Error): void;
}

/**
 * The connections to tenants' databases, of each at most one that is kept for a moment. As many as may be
 * worked on at once, and as many again that are kept or are ending, are all that the server sees.
 */
export class TenantConnections {
  readonly #options: TenantConnectionsOptions;
  readonly #idle = new Map<string, { client: Client; stop: () => void }>();
  readonly #ahead = new Map<string, Promise<void>>();
  /** The server counts a connection until its socket is closed. */
  readonly #open = new Set<Client>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: TenantConnectionsOptions) {
    this.#options = options;
  }

  /** The one that is kept, or on its way; else a new one. */
  async take(database: string, deadline: Deadline): Promise<Client> {
    const ahead = this.#ahead.get(database);
    if (ahead) {
      await ahead;
      this.#options.left(database, deadline);
    }
    return this.#takeIdle(database) ?? this.another(database, deadline);
  }

  /** A new one. */
  async another(database: string, deadline: Deadline): Promise<Client> {
    const { concurrency, open, left } = this.#options;
    while (this.#ending.size > 0 && this.#open.size >= 2 * concurrency) {
      await Promise.race(this.#ending);
      left(database, deadline);
    }
    if (this.#closed) {
      throw new ProviderError('Unreachable', 'The instance is closed');
    }
    return open(database, client => {
      this.#open.add(client);
      const gone = () => {
        this.#open.delete(client);
      };
      client.once('end', gone);
      return gone;
    });
  }

  /** Keeps it for whoever comes next. */
  keep(database: string, client: Client): void {
    if (this.#closed || this.#idle.has(database)) {
      this.end(client);
    } else {
      this.#keepIdle(database, client);
    }
  }

  /**
   * Opens one that somebody will soon ask for, who waits for it. Where it fails they find out
   * themselves.
   */
  openAhead(
    database: string,
    deadline: Deadline,
    look: (client: Client) => Promise<unknown>,
  ): void {
    const opening: Promise<void> = this.another(database, deadline)
      .then(async client => {
        try {
          await look(client);
        } catch (error) {
          this.end(client);
          throw error;
        }
        if (this.#ahead.get(database) === opening) {
          this.keep(database, client);
        } else {
          this.end(client);
        }
      })
      .catch(error => this.#options.onLost(error))
      .finally(() => {
        if (this.#ahead.get(database) === opening) {
          this.#ahead.delete(database);
        }
      });
    this.#ahead.set(database, opening);
  }

  /** Ends what is kept open to a database that is about to go. */
  forget(database: string): void {
    this.#ahead.delete(database);
    const client = this.#takeIdle(database);
    if (client) {
      this.end(client);
    }
  }

  forgetAll(): void {
    [...this.#ahead.keys(), ...this.#idle.keys()].forEach(database =>
      this.forget(database),
    );
  }

  /** Resolves when the server has closed it, or does not in time. */
  end(client: Client): Promise<void> {
    const grace = new AbortController();
    const ending = Promise.race([
      client.end().catch(error => this.#options.onLost(error)),
      // A server that hangs must not keep the others' places.
      sleep(CLOSE_GRACE_MS, undefined, { signal: grace.signal }).catch(
        () => undefined,
      ),
    ]).then(() => {
      grace.abort();
      this.#ending.delete(ending);
      this.#open.delete(client);
    });
    this.#ending.add(ending);
    return ending;
  }

  /** Opens none any more. */
  close(): void {
    this.#closed = true;
    this.forgetAll();
  }

  #keepIdle(database: string, client: Client): void {
    // A look into many databases must not use up the server's connections.
    if (this.#idle.size >= this.#options.concurrency) {
      const [longest] = this.#idle.keys();
      this.forget(longest);
    }
    const timer = setTimeout(() => this.forget(database), IDLE_MS);
    const drop = () => this.forget(database);
    client.once('end', drop);
    this.#idle.set(database, {
      client,
      stop: () => {
        clearTimeout(timer);
        client.off('end', drop);
      },
    });
  }

  #takeIdle(database: string): Client | undefined {
    const idle = this.#idle.get(database);
    this.#idle.delete(database);
    idle?.stop();
    return idle?.client;
  }
}

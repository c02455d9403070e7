import { Client, type Host, policies, type types } from 'cassandra-driver';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../cql/quote';
import type { AdminConfig } from '../config/readCassandraConfig';
import { clientOptions } from './clientOptions';
import { CountedLogins } from './CountedLogins';
import type { Deadline } from './Deadline';
import { type CallKind, mapError, refusingNode } from './mapError';
import { readView } from './readView';
import { schemaAgreed } from './schemaAgreed';
import { SchemaPace } from './SchemaPace';
import { SerialLine } from './SerialLine';

/** A row as the driver gives it. */
export type Row = types.Row;

/** More rows than a node has clients or tables: what it tells of itself comes as one page. */
const EVERYTHING = 1_000_000;

/** What a node says of itself: rows for each statement. */
export interface NodeAnswer {
  address: string;
  rows: Row[][];
}

/** Options of {@link CassandraSession.read}. */
export interface ReadOptions {
  params?: unknown[];
  consistency?: types.consistencies;
}

/**
 * The portal's own connection to one cluster: made at the first call, kept, and made anew
 * after it failed. All methods throw `ProviderError` only.
 */
export class CassandraSession {
  readonly #admin: AdminConfig;
  readonly #subject: string;
  /** Concurrent schema changes of one client make nodes disagree. */
  readonly #schemaLine = new SerialLine();
  /** How long each of them took, agreement included. */
  readonly schemaPace = new SchemaPace();
  readonly #logins: CountedLogins;
  #connected?: Promise<Client>;
  #closed = false;

  private constructor(admin: AdminConfig, name: string) {
    this.#admin = admin;
    this.#logins = new CountedLogins(admin.username, admin.password);
    this.#subject = `${name} (${admin.contactPoints.join(', ')}, port ${
      admin.port
    })`;
  }

  static create(options: {
    admin: AdminConfig;
    name: string;
  }): CassandraSession {
    return new CassandraSession(options.admin, options.name);
  }

  /** The role that the portal logs in as. */
  get username(): string {
    return this.#admin.username;
  }

  /** Runs what changes nothing; the driver may try it on another node. */
  async read(
    cql: string,
    deadline: Deadline,
    options: ReadOptions = {},
  ): Promise<Row[]> {
    const result = await this.#call('read', deadline, client =>
      client.execute(cql, options.params, {
        prepare: options.params !== undefined,
        consistency: options.consistency,
        isIdempotent: true,
        host: nodeFor(client, deadline),
        // Half an answer would be a wrong one.
        fetchSize: EVERYTHING,
      }),
    );
    return result.rows ?? [];
  }

  /**
   * Stays the same for as long as no connection was lost or made: then all go to the very nodes that
   * they went to before. Undefined where that cannot be told.
   */
  async connections(deadline: Deadline): Promise<string | undefined> {
    return this.#call('read', deadline, async client => {
      const state = client.getState();
      const open = state
        .getConnectedHosts()
        .reduce((sum, host) => sum + state.getOpenConnections(host), 0);
      const { made } = this.#logins;
      return made > 0 && open > 0 ? `${made} made, ${open} open` : undefined;
    });
  }

  /** Whether the cluster has more than one node, be they up or down. */
  async hasManyNodes(deadline: Deadline): Promise<boolean> {
    return this.#call(
      'read',
      deadline,
      async client => client.hosts.length > 1,
    );
  }

  /** Where the cluster has nodes, be they up or down. */
  async dataCenters(deadline: Deadline): Promise<string[]> {
    return this.#call('read', deadline, async client => [
      ...new Set([...client.hosts.values()].map(host => host.datacenter)),
    ]);
  }

  /** Reads several things that one and the same node says. */
  async readFromOneNode(
    statements: readonly string[],
    deadline: Deadline,
  ): Promise<Row[][]> {
    const [first, ...others] = statements;
    return this.#call('read', deadline, async client => {
      const options = { isIdempotent: true };
      const result = await client.execute(first, undefined, options);
      const host = client.hosts.get(result.info.queriedHost);
      const more = await Promise.all(
        others.map(cql => client.execute(cql, undefined, { ...options, host })),
      );
      return [result, ...more].map(({ rows }) => rows ?? []);
    });
  }

  /**
   * Reads what each node knows of itself alone. Nodes that do not answer are told apart; only when
   * none answers, or all say no, it throws.
   *
   * @param othersMs - so long the nodes are waited for that do not answer when others have; half of a call's time
   *   unless told
   */
  async readFromEveryNode(
    statements: readonly string[],
    deadline: Deadline,
    othersMs = Math.ceil(this.#admin.callTimeoutMs / 2),
  ): Promise<{
    rows: Row[][];
    answers: NodeAnswer[];
    silent: string[];
  }> {
    return this.#call('read', deadline, async client => {
      const hosts = [...client.hosts.values()];
      const answers: NodeAnswer[] = [];
      const asked = hosts.map(async host => {
        const rows = await deadline.race(readNode(client, host, statements));
        answers.push({ address: host.address, rows });
      });
      const all = Promise.allSettled(asked);
      await deadline
        .atMost(othersMs)
        .race(all)
        .catch(() => {});
      if (answers.length === 0) {
        await Promise.any(asked).catch(({ errors }: AggregateError) => {
          throw errors[0] ?? new Error('no node is known');
        });
      }
      const told = [...answers].sort((left, right) =>
        left.address < right.address ? -1 : 1,
      );
      return {
        rows: statements.map((_cql, index) =>
          told.flatMap(({ rows }) => rows[index]),
        ),
        answers: told,
        silent: hosts
          .map(({ address }) => address)
          .filter(address => !told.some(answer => answer.address === address))
          .sort(),
      };
    });
  }

  /** Runs a change of roles, permissions or rows, once. */
  async write(
    cql: string,
    deadline: Deadline,
    options: ReadOptions = {},
  ): Promise<Row[]> {
    const result = await this.#call('write', deadline, client =>
      client.execute(cql, options.params, {
        prepare: options.params !== undefined,
        consistency: options.consistency,
        host: nodeFor(client, deadline),
        isIdempotent: false,
        retry: new policies.retry.FallthroughRetryPolicy(),
      }),
    );
    return result.rows ?? [];
  }

  /** Runs a schema change after all others of this process, and awaits agreement. */
  async changeSchema(cql: string, deadline: Deadline): Promise<void> {
    const place = this.#schemaLine.join();
    let sent: Promise<unknown> | undefined;
    try {
      await this.#inTime('read', deadline.race(place.turn));
      if (!deadline.allowsSlowCall) {
        throw new ProviderError(
          'Unreachable',
          `${
            this.#subject
          } is busy with other schema changes; this one was not begun`,
        );
      }
      const agreed = await this.#call('write', deadline, client => {
        const begin = performance.now();
        const change = client
          .execute(cql, undefined, {
            isIdempotent: false,
            retry: new policies.retry.FallthroughRetryPolicy(),
          })
          .then(() => schemaAgreed(client, agreementMs(this.#admin)))
          .finally(() => this.schemaPace.took(performance.now() - begin));
        sent = change;
        return change;
      });
      if (!agreed) {
        throw new ProviderError(
          'Unknown',
          `${
            this.#subject
          } made a schema change, and its nodes do not agree on the schema yet`,
        );
      }
    } finally {
      // A change that we no longer wait for still holds the line until it ended.
      void (sent ?? Promise.resolve()).then(place.leave, place.leave);
    }
  }

  /** Ends connections; further calls fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const connected = this.#connected;
    this.#connected = undefined;
    // An attempt that fails shuts its own client down.
    const client = await connected?.catch(() => undefined);
    await client?.shutdown();
  }

  async #call<T>(
    kind: CallKind,
    deadline: Deadline,
    send: (client: Client) => Promise<T>,
  ): Promise<T> {
    const client = await this.#inTime('read', deadline.race(this.#connect()));
    return this.#inTime(
      kind,
      deadline.race(send(client).catch(error => this.#believed(error, client))),
    );
  }

  /**
   * A node that cannot read what roles there are says of anybody that they lack privileges. So a
   * "no" is only believed of one that can.
   */
  async #believed(error: unknown, client: Client): Promise<never> {
    const node = refusingNode(error);
    const host = node === undefined ? undefined : client.hosts.get(node);
    if (host && client.hosts.length > 1) {
      const me = quoteIdentifier(this.username);
      await client.execute(`LIST ROLES OF ${me}`, undefined, {
        host,
        isIdempotent: true,
      });
    }
    throw error;
  }

  async #inTime<T>(kind: CallKind, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw mapError(error, kind, this.#subject);
    }
  }

  async #connect(): Promise<Client> {
    if (this.#closed) {
      throw new ProviderError('Unreachable', `${this.#subject} was closed`);
    }
    this.#connected ??= this.#open();
    return this.#connected;
  }

  async #open(): Promise<Client> {
    const client = new Client(clientOptions(this.#admin, this.#logins));
    try {
      await client.connect();
      return client;
    } catch (error) {
      this.#connected = undefined;
      await client.shutdown();
      throw error;
    }
  }
}

function readNode(
  client: Client,
  host: Host,
  statements: readonly string[],
): Promise<Row[][]> {
  return Promise.all(
    statements.map(async cql => {
      const { rows } = await readView(() =>
        client.execute(cql, undefined, {
          host,
          isIdempotent: true,
          fetchSize: EVERYTHING,
        }),
      );
      return rows ?? [];
    }),
  );
}

/** How long nodes may take to agree: the call has to end before its time is over. */
function agreementMs({ callTimeoutMs }: AdminConfig): number {
  return callTimeoutMs - Math.min(1_000, callTimeoutMs / 2);
}

/** Where it matters which data centre answers: a node there that is up, if there is one. */
function nodeFor(client: Client, { dataCenter }: Deadline) {
  if (dataCenter === undefined) {
    return undefined;
  }
  const nodes = [...client.hosts.values()].filter(
    host => host.datacenter === dataCenter,
  );
  return nodes.find(host => host.isUp()) ?? nodes[0];
}

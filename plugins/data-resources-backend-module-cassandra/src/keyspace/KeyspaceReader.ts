import { quoteLiteral } from '../cql/quote';
import type { CassandraSession, Row } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';
import type { KeyspaceRow } from './observation';

const COLUMNS =
  'keyspace_name, durable_writes, replication, WRITETIME(durable_writes) AS defined_at';

/** From here on all keyspaces are read instead of those asked for. */
const READ_ALL_FROM = 50;

/** Reads keyspaces from `system_schema`, which each node holds whole. */
export class KeyspaceReader {
  readonly #session: CassandraSession;

  private constructor(session: CassandraSession) {
    this.#session = session;
  }

  static create(session: CassandraSession): KeyspaceReader {
    return new KeyspaceReader(session);
  }

  /** One keyspace; undefined when there is none of that name. */
  async one(
    name: string,
    deadline: Deadline,
  ): Promise<KeyspaceRow | undefined> {
    return (await this.many([name], deadline)).get(name);
  }

  /** Those of the keyspaces that exist. */
  async many(
    names: readonly string[],
    deadline: Deadline,
  ): Promise<Map<string, KeyspaceRow>> {
    if (names.length === 0) {
      // Cassandra refuses an empty list.
      return new Map();
    }
    const rows =
      names.length < READ_ALL_FROM && !deadline.isShared
        ? (
            await this.#session.read(
              // Of a list the server checks more guardrails, and asks each time who it is that asks.
              `SELECT ${COLUMNS} FROM system_schema.keyspaces WHERE keyspace_name ${
                names.length === 1 ? '= ?' : 'IN ?'
              }`,
              deadline,
              { params: names.length === 1 ? [...names] : [names] },
            )
          ).map(toKeyspace)
        : await this.all(deadline);
    const wanted = new Set(names);
    return new Map(
      rows
        .filter(({ name }) => wanted.has(name))
        .map(keyspace => [keyspace.name, keyspace]),
    );
  }

  /** Every keyspace, Cassandra's own included. */
  async all(deadline: Deadline): Promise<KeyspaceRow[]> {
    return deadline.once('keyspaces', async () => {
      const rows = await this.#session.read(
        `SELECT ${COLUMNS} FROM system_schema.keyspaces`,
        deadline,
      );
      return rows.map(toKeyspace);
    });
  }

  /**
   * Whether no node that answers has a keyspace of this name: one that was away for a while may
   * not know what the others have made meanwhile.
   */
  async isGone(name: string, deadline: Deadline): Promise<boolean> {
    const { rows } = await this.#session.readFromEveryNode(
      [
        `SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ${quoteLiteral(
          name,
        )}`,
      ],
      deadline,
    );
    return rows[0].length === 0;
  }

  /** The names of a keyspace's tables. */
  async tables(keyspace: string, deadline: Deadline): Promise<string[]> {
    const rows = await this.#session.read(
      'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?',
      deadline,
      { params: [keyspace] },
    );
    return rows.map(row => row.table_name);
  }

  /** How many tables there are, those of some keyspaces left out. */
  async countTables(
    without: readonly string[],
    deadline: Deadline,
  ): Promise<number> {
    const count = 'SELECT COUNT(*) AS tables FROM system_schema.tables';
    const [[all], [left]] = await Promise.all([
      this.#session.read(count, deadline),
      this.#session.read(`${count} WHERE keyspace_name IN ?`, deadline, {
        params: [without],
      }),
    ]);
    return Number(all.tables) - Number(left.tables);
  }
}

/** A row of `system_schema.keyspaces`; one with transient replicas, which no spec can ask for, has another strategy. */
export function toKeyspace(row: Row): KeyspaceRow {
  const { class: strategy, ...factors } = row.replication;
  // Older versions kept data centres with none.
  const replication = Object.fromEntries(
    Object.entries(factors).filter(([, replicas]) => Number(replicas) !== 0),
  );
  const transient = Object.entries(replication).filter(([, replicas]) =>
    String(replicas).includes('/'),
  );
  return {
    name: row.keyspace_name,
    definedAt: row.defined_at.toString(),
    strategy: [
      String(strategy).replace(/^.*\./, ''),
      ...transient.map(
        ([dataCenter, replicas]) =>
          `with transient replicas in ${dataCenter} (${replicas})`,
      ),
    ].join(' '),
    spec: {
      replication: Object.fromEntries(
        Object.entries(replication).map(([dataCenter, replicas]) => [
          dataCenter,
          // With transient replicas the text is "3/1", all and transient ones.
          Number.parseInt(String(replicas), 10),
        ]),
      ),
      durableWrites: row.durable_writes,
    },
  };
}

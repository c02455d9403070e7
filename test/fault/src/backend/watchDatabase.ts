import { Client, type QueryResult } from 'pg';
import type { MomentGate } from './MomentGate';

type Callback = (error: Error | null, result: QueryResult) => void;

/** A row of the audit trail, as it was given to the database. */
interface Entry {
  event: string;
  text: string;
}

/** What a transaction has said so far. */
interface Transaction {
  text: string[];
  entries: Entry[];
}

/** Stands in the audit rows that go with every change of state. */
const EVENT = /^(request|step|grant|resource)\.[a-z-]+$/;

/** Writes, whatever it begins with. */
const CHANGE = /\b(INSERT|UPDATE|DELETE)\b/i;

/**
 * Puts the gate on both sides of every COMMIT with which the data resources backend changes a
 * state, and of every statement that does so by itself. Its driver is the place for that: nothing
 * of the product knows of it.
 */
export function watchDatabase(gate: MomentGate): void {
  const transactions = new WeakMap<Client, Transaction>();
  const query = Client.prototype.query as (...args: unknown[]) => unknown;
  Client.prototype.query = function watched(this: Client, ...args: unknown[]) {
    if (this.database !== 'backstage_plugin_data-resources') {
      return query.apply(this, args);
    }
    const [config, callback] = args as [
      string | { text: string; values?: unknown[] },
      unknown,
    ];
    const text = typeof config === 'string' ? config : config.text ?? '';
    const values = (typeof config === 'string' ? [] : config.values) ?? [];
    if (/^BEGIN/i.test(text)) {
      transactions.set(this, newTransaction());
    }
    const open = transactions.get(this);
    const transaction = open ?? newTransaction();
    for (const value of values.map(String)) {
      transaction.text.push(value);
      transaction.entries.push(...entriesOf(value));
    }
    if (open && !/^(COMMIT|ROLLBACK)/i.test(text)) {
      return query.apply(this, args);
    }
    transactions.delete(this);
    const changes = open ? /^COMMIT/i.test(text) : CHANGE.test(text);
    const ids = gate.about(transaction.text.join('\n'));
    if (
      !changes ||
      ids.length === 0 ||
      transaction.entries.length === 0 ||
      typeof callback !== 'function'
    ) {
      return query.apply(this, args);
    }
    const pass = async (when: 'before' | 'after') => {
      await Promise.all(
        ids.map(id =>
          gate.pass(
            [id],
            `${when} commit of ${eventsAbout(id, transaction, gate)}`,
          ),
        ),
      );
    };
    void pass('before').then(() =>
      query.call(this, config, (...answer: Parameters<Callback>) => {
        void pass('after').then(() => (callback as Callback)(...answer));
      }),
    );
    return undefined;
  } as typeof Client.prototype.query;
}

function newTransaction(): Transaction {
  return { text: [], entries: [] };
}

/** The rows among the values of a statement: they come as one list for many. */
function entriesOf(value: string): Entry[] {
  if (!value.startsWith('[{')) {
    return [];
  }
  const rows: { event?: unknown }[] = JSON.parse(value);
  return rows.flatMap(row =>
    typeof row.event === 'string' && EVENT.test(row.event)
      ? [{ event: row.event, text: JSON.stringify(row) }]
      : [],
  );
}

/** Of a transaction about many, what it says of one; all of it as long as ids are not known. */
function eventsAbout(
  id: string,
  { entries }: Transaction,
  gate: MomentGate,
): string {
  const own = entries.filter(({ text }) => gate.about(text).includes(id));
  return [
    ...new Set((own.length > 0 ? own : entries).map(({ event }) => event)),
  ].join(' + ');
}

import { Client, type QueryResult } from 'pg';
import type { MomentGate } from './MomentGate';

type Callback = (error: Error | null, result: QueryResult) => void;

/** What a transaction has said so far. */
interface Transaction {
  text: string[];
  events: Set<string>;
}

/** Stands in the audit rows that go with every change of state, alone or among others. */
const EVENT =
  /(?:^|"event":")((?:request|step|grant|resource)\.[a-z-]+)(?:"|$)/g;

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
      for (const [, event] of value.matchAll(EVENT)) {
        transaction.events.add(event);
      }
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
      transaction.events.size === 0 ||
      typeof callback !== 'function'
    ) {
      return query.apply(this, args);
    }
    const label = `commit of ${[...transaction.events].join(' + ')}`;
    void gate.pass(ids, `before ${label}`).then(() =>
      query.call(this, config, (...answer: Parameters<Callback>) => {
        void gate
          .pass(ids, `after ${label}`)
          .then(() => (callback as Callback)(...answer));
      }),
    );
    return undefined;
  } as typeof Client.prototype.query;
}

function newTransaction(): Transaction {
  return { text: [], events: new Set() };
}

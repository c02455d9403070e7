import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';

const BATCH = 100;
/** Longer than handling a batch takes; what a killed process held becomes free after it. */
const LEASE_MS = 30_000;

/** A numbered row of the outbox: something is different now, look at it. */
export interface OutboxItem {
  kind: 'request' | 'resource';
  id: string;
}

export interface OutboxConsumerOptions {
  knex: Knex;
  /** Names the cursor in `feed_cursors`. */
  name: string;
  kinds: readonly OutboxItem['kind'][];
  /** Where a consumer begins that has never run: with all of history, or with what is new. */
  from: 'beginning' | 'end';
  /**
   * Handles items, each subject once. It gets them again when it throws or is killed, so the
   * same twice must do no harm.
   */
  handle(items: readonly OutboxItem[]): Promise<void>;
}

/**
 * Follows the numbered outbox with a cursor of its own: at least once, in order, by one replica
 * at a time. The cursor moves after the work, and only under the ticket that it was taken with,
 * so a process that was cut off anywhere leaves nothing out.
 */
export class OutboxConsumer {
  readonly #options: OutboxConsumerOptions;
  #exists = false;

  private constructor(options: OutboxConsumerOptions) {
    this.#options = options;
  }

  static create(options: OutboxConsumerOptions): OutboxConsumer {
    return new OutboxConsumer(options);
  }

  /** Handles what is new, a batch after the other, unless another replica is at it. */
  async consume(): Promise<void> {
    await this.#begin();
    if (!(await this.#hasWork())) {
      return;
    }
    const ticket = uuid();
    let position = await this.#take(ticket);
    if (position === undefined) {
      return;
    }
    try {
      while (position !== undefined) {
        position = await this.#batch(ticket, position);
      }
    } finally {
      await this.#cursor()
        .where({ lease_ticket: ticket })
        .update({ lease_ticket: null, lease_until: null });
    }
  }

  /** One batch; answers where the next begins, `undefined` when there is none or the lease is lost. */
  async #batch(ticket: string, after: string): Promise<string | undefined> {
    const { knex, kinds, handle } = this.#options;
    const rows: { position: string; kind: OutboxItem['kind']; id: string }[] =
      await knex('outbox')
        .where('position', '>', after)
        .orderBy('position')
        .limit(BATCH)
        .select('position', 'kind', 'subject_id AS id');
    if (rows.length === 0) {
      return undefined;
    }
    const items = new Map<string, OutboxItem>();
    for (const { kind, id } of rows) {
      if (kinds.includes(kind)) {
        items.set(`${kind} ${id}`, { kind, id });
      }
    }
    if (items.size > 0) {
      await handle([...items.values()]);
    }
    const { position } = rows[rows.length - 1];
    const moved = await this.#cursor()
      .where({ lease_ticket: ticket })
      .update({
        position,
        lease_until: knex.raw("now() + ? * interval '1 millisecond'", [
          LEASE_MS,
        ]),
      });
    return moved === 1 ? position : undefined;
  }

  /** Most looks find nothing: they read the end of an index and write nothing. */
  async #hasWork(): Promise<boolean> {
    const { rows } = await this.#options.knex.raw<{ rows: unknown[] }>(
      `SELECT 1 FROM feed_cursors
       WHERE consumer = ? AND position < (SELECT max(position) FROM outbox)`,
      [this.#options.name],
    );
    return rows.length > 0;
  }

  async #take(ticket: string): Promise<string | undefined> {
    const { knex } = this.#options;
    const [row] = await this.#cursor()
      .whereRaw('(lease_ticket IS NULL OR lease_until < now())')
      .update({
        lease_ticket: ticket,
        lease_until: knex.raw("now() + ? * interval '1 millisecond'", [
          LEASE_MS,
        ]),
      })
      .returning('position');
    return row?.position;
  }

  async #begin(): Promise<void> {
    if (this.#exists) {
      return;
    }
    const { knex, name, from } = this.#options;
    await knex('feed_cursors')
      .insert({
        consumer: name,
        position:
          from === 'end'
            ? knex.raw('(SELECT coalesce(max(position), 0) FROM outbox)')
            : 0,
      })
      .onConflict('consumer')
      .ignore();
    this.#exists = true;
  }

  #cursor() {
    return this.#options
      .knex('feed_cursors')
      .where({ consumer: this.#options.name });
  }
}

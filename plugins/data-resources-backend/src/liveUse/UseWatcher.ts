import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ObjectRef } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { ResourceRow } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { UseTally } from './UseTally';

/** Objects per look at an engine. */
const BATCH = 500;
/** How soon an instance that could not be looked at is looked at again, in milliseconds. */
const RETRY_MS = 60_000;

export interface UseWatcherOptions {
  knex: Knex;
  intervalMs: number;
  logger: LoggerService;
}

/**
 * Adds up, for the metrics, how much the ready resources of an instance are used. One replica looks
 * at an instance at a time; until it has seen all of a type, what the pass before it found stands.
 */
export class UseWatcher {
  readonly #options: UseWatcherOptions;

  private constructor(options: UseWatcherOptions) {
    this.#options = options;
  }

  static create(options: UseWatcherOptions): UseWatcher {
    return new UseWatcher(options);
  }

  /** Looks at the types of an instance whose turn it is. */
  async watchDue(
    instance: ManagedInstance,
    signal: AbortSignal,
  ): Promise<void> {
    for (const type of await this.#claim(instance)) {
      try {
        const tally = await this.#pass(instance, type, signal);
        await this.#end(instance.name, type, tally);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        await this.#postpone(instance.name, type, message);
        this.#options.logger.warn(
          `Who uses ${type} on ${instance.name} could not be looked at; that is tried again: ${message}`,
        );
      }
    }
  }

  /** The rows that come back decide which replica's turn it is; the next turn is an interval away. */
  async #claim({ name, types }: ManagedInstance): Promise<string[]> {
    const { knex, intervalMs } = this.#options;
    const { rows } = await knex.raw<{ rows: { type: string }[] }>(
      `INSERT INTO use_passes AS p (instance, type, due_at)
       SELECT ?, type, now() + ? * interval '1 millisecond' FROM unnest(?::text[]) AS type
       ON CONFLICT (instance, type) DO UPDATE SET due_at = excluded.due_at
       WHERE p.due_at <= now()
       RETURNING type`,
      [name, intervalMs, types.map(({ type }) => type)],
    );
    return rows.map(({ type }) => type);
  }

  async #pass(
    instance: ManagedInstance,
    type: string,
    signal: AbortSignal,
  ): Promise<UseTally> {
    const provider = instance.connection.provider(type);
    const timeoutMs = 2 * instance.connection.callTimeoutMs;
    const tally = new UseTally();
    for await (const objects of this.#ready(instance.name, type)) {
      const seen = await provider.inspect(
        objects,
        instance.context(
          AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ),
      );
      objects.forEach(({ name }) => tally.add(name, seen.get(name)));
    }
    return tally;
  }

  async *#ready(instance: string, type: string): AsyncGenerator<ObjectRef[]> {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows: Pick<ResourceRow, 'id' | 'name' | 'identity'>[] =
        await this.#options
          .knex<ResourceRow>('resources')
          .where({ instance, type, phase: 'ready' })
          .whereNotNull('identity')
          .where('id', '>', after)
          .orderBy('id')
          .limit(BATCH)
          .select('id', 'name', 'identity');
      if (rows.length === 0) {
        return;
      }
      yield rows.map(({ name, identity }) => ({ name, identity: identity! }));
      after = rows[rows.length - 1].id;
    }
  }

  async #end(instance: string, type: string, tally: UseTally): Promise<void> {
    const { knex } = this.#options;
    await knex('use_passes')
      .where({ instance, type })
      .update({
        ended_at: knex.fn.now(),
        figures: JSON.stringify(tally.figures()),
        unseen: JSON.stringify(tally.unseen()),
        message: null,
      });
  }

  /** The last figures stay, and their age grows. */
  async #postpone(
    instance: string,
    type: string,
    message: string,
  ): Promise<void> {
    const { knex, intervalMs } = this.#options;
    await knex('use_passes')
      .where({ instance, type })
      .update({
        message,
        due_at: knex.raw("now() + ? * interval '1 millisecond'", [
          Math.min(intervalMs, RETRY_MS),
        ]),
      });
  }
}

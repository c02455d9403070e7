import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  DiscoveredObject,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import type { JsonObject } from '@backstage/types';
import stringify from 'fast-json-stable-stringify';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { heldNames } from '../requests/reservations';
import type { OwnerSuggester } from './OwnerSuggester';

/** Objects per look at an engine. */
const PAGE = 500;
/** How soon an instance that could not be looked through is looked at again, in milliseconds. */
const RETRY_MS = 60_000;
/** What is younger than this is not looked at again on demand, in seconds. */
const FRESH_S = 60;

export interface DiscoveryWatcherOptions {
  knex: Knex;
  suggester: OwnerSuggester;
  intervalMs: number;
  logger: LoggerService;
}

/**
 * Writes down what is on an instance and nobody manages. One replica looks through an instance at a
 * time; what it sees is complete only when the pass has ended, and only then is anything removed.
 */
export class DiscoveryWatcher {
  readonly #options: DiscoveryWatcherOptions;

  private constructor(options: DiscoveryWatcherOptions) {
    this.#options = options;
  }

  static create(options: DiscoveryWatcherOptions): DiscoveryWatcher {
    return new DiscoveryWatcher(options);
  }

  /** Lets the next pass come at once, where the last one is not of just now. */
  async hurry(instance?: string): Promise<void> {
    const { knex } = this.#options;
    await knex('discovery_passes')
      .modify(query => instance !== undefined && query.where({ instance }))
      .whereRaw("started_at < now() - ? * interval '1 second'", [FRESH_S])
      .where('due_at', '>', knex.fn.now())
      .update({ due_at: knex.fn.now() });
  }

  /** Looks through an instance, if it is its turn. */
  async watchDue(
    instance: ManagedInstance,
    signal: AbortSignal,
  ): Promise<void> {
    const startedAt = await this.#claim(instance.name);
    if (!startedAt) {
      return;
    }
    try {
      for (const type of instance.types) {
        await this.#pass(instance, type, startedAt, signal);
      }
      await this.#end(instance.name);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.#end(instance.name, message);
      this.#options.logger.warn(
        `${instance.name} could not be looked through for what nobody manages; that is tried again: ${message}`,
      );
    }
  }

  /** The row count decides which replica's turn it is; the next turn is an interval away. */
  async #claim(instance: string): Promise<Date | undefined> {
    const { knex, intervalMs } = this.#options;
    const { rows } = await knex.raw<{ rows: { started_at: Date }[] }>(
      `INSERT INTO discovery_passes AS p (instance, due_at, started_at)
       VALUES (?, now() + ? * interval '1 millisecond', date_trunc('milliseconds', now()))
       ON CONFLICT (instance) DO UPDATE
         SET due_at = excluded.due_at, started_at = excluded.started_at
       WHERE p.due_at <= now()
       RETURNING started_at`,
      [instance, intervalMs],
    );
    return rows[0]?.started_at;
  }

  async #end(instance: string, message?: string): Promise<void> {
    const { knex, intervalMs } = this.#options;
    await knex('discovery_passes')
      .where({ instance })
      .update(
        message === undefined
          ? { ended_at: knex.fn.now(), message: null }
          : {
              message,
              due_at: knex.raw("now() + ? * interval '1 millisecond'", [
                Math.min(intervalMs, RETRY_MS),
              ]),
            },
      );
  }

  async #pass(
    instance: ManagedInstance,
    type: ResourceType,
    startedAt: Date,
    signal: AbortSignal,
  ): Promise<void> {
    const { knex } = this.#options;
    const provider = instance.connection.provider(type.type);
    const timeoutMs = 2 * instance.connection.callTimeoutMs;
    let after: string | undefined;
    do {
      const page = await provider.discover(
        { after, limit: PAGE },
        instance.context(
          AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ),
      );
      await this.#write(instance, type, page.items);
      after = page.next;
    } while (after !== undefined);
    // Gone, adopted or renamed: whatever a pass that began later has seen stays.
    await knex('discoveries')
      .where({ instance: instance.name, type: type.type })
      .where('seen_at', '<', startedAt)
      .delete();
  }

  async #write(
    instance: ManagedInstance,
    type: ResourceType,
    items: readonly DiscoveredObject[],
  ): Promise<void> {
    const { knex, suggester } = this.#options;
    const unmanaged = await this.#unmanaged(instance, type, items);
    if (unmanaged.length === 0) {
      return;
    }
    const suggestions = await suggester.suggest(instance.name, unmanaged);
    await knex('discoveries')
      .insert(
        unmanaged.map(({ name, identity, spec, internal, hints }) => ({
          id: uuid(),
          instance: instance.name,
          environment: instance.environment,
          type: type.type,
          name,
          normalised_name: type.normaliseName(name),
          identity: JSON.stringify(identity),
          spec: JSON.stringify(spec),
          internal: internal ?? null,
          hints: JSON.stringify(hints),
          owner: suggestions.get(name)?.owner ?? null,
          system: suggestions.get(name)?.system ?? null,
          why: suggestions.get(name)?.why ?? null,
          seen_at: knex.raw("date_trunc('milliseconds', now())"),
        })),
      )
      .onConflict(['instance', 'type', 'name'])
      .merge([
        'identity',
        'spec',
        'internal',
        'hints',
        'owner',
        'system',
        'why',
        'seen_at',
      ]);
  }

  /** What no resource claims: by what it is, whatever it is called now, and by its name. */
  async #unmanaged(
    instance: ManagedInstance,
    type: ResourceType,
    items: readonly DiscoveredObject[],
  ): Promise<DiscoveredObject[]> {
    const { knex } = this.#options;
    const known: { identity: JsonObject }[] = await knex('resources')
      .where({ instance: instance.name, type: type.type })
      .whereNot({ phase: 'deleted' })
      .whereRaw('identity = ANY(?::jsonb[])', [
        items.map(({ identity }) => JSON.stringify(identity)),
      ])
      .select('identity');
    const ours = new Set(known.map(({ identity }) => stringify(identity)));
    const held = await heldNames(
      knex,
      instance.name,
      items.map(({ name }) => type.normaliseName(name)),
    );
    return items.filter(
      ({ identity, name }) =>
        !ours.has(stringify(identity)) && !held.has(type.normaliseName(name)),
    );
  }
}

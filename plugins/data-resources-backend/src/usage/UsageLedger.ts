import type { JsonObject } from '@backstage/types';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { HeldUsage } from '../policy';
import { HeldSums } from './HeldSums';
import { usageOf, type Usage } from './usageOf';

/** How many resources are counted in one go that were not counted when they were written. */
const BATCH = 200;

/** Whose resources are summed up, and where. */
export interface Holder {
  /** Full group ref. */
  owner: string;
  environment: string;
  /** A resource that is left out: the one that a request is about. */
  except?: string;
}

/**
 * What groups hold. A resource counts from its approval until it is deleted, and an update
 * that raises something from the update's approval on.
 */
export class UsageLedger {
  readonly #knex: Knex;
  readonly #types: ReadonlyMap<string, ResourceType>;

  private constructor(options: UsageLedgerOptions) {
    this.#knex = options.knex;
    this.#types = options.types;
  }

  static create(options: UsageLedgerOptions): UsageLedger {
    return new UsageLedger(options);
  }

  /** Every counter that any type has. */
  get counters(): string[] {
    return [
      ...new Set(
        [...this.#types.values()].flatMap(type => type.counters ?? []),
      ),
    ];
  }

  get typeNames(): string[] {
    return [...this.#types.keys()];
  }

  /**
   * Sums per type and instance; a type that the group has none of is not among them. One
   * statement, so that nothing is missed or counted twice that changes meanwhile.
   */
  async held(holder: Holder, knex: Knex = this.#knex): Promise<HeldUsage[]> {
    const { counters } = this;
    const held = knex('resources as r')
      .where('r.owner', holder.owner)
      .where('r.environment', holder.environment)
      .whereNot('r.phase', 'deleted')
      .modify(query => holder.except && query.whereNot('r.id', holder.except));
    // A column per counter: to take each `usage` apart takes three times as long.
    const sums = held
      .clone()
      .groupBy('r.type', 'r.instance')
      .select('r.type', 'r.instance', knex.raw('count(*) AS resources'))
      .select(
        knex.raw(
          `jsonb_build_object(${counters
            .map(() => '?::text, sum((r.usage ->> ?)::numeric)')
            .join(', ')}) AS counts`,
          counters.flatMap(counter => [counter, counter]),
        ),
      );
    const uncounted = held
      .clone()
      .whereNull('r.usage')
      .select('r.type', 'r.instance', 'r.spec');
    const raises = held
      .clone()
      .join('requests as q', 'q.resource_id', 'r.id')
      .where({ 'q.state': 'approved', 'q.action': 'update' })
      .select('r.id', 'r.type', 'r.instance', 'r.spec')
      .select(knex.raw("q.input -> 'spec' AS wanted"));
    const [row] = await knex.select(
      asList(knex, sums, 'sums'),
      asList(knex, uncounted, 'uncounted'),
      asList(knex, raises, 'raises'),
    );
    const total = new HeldSums(row.sums);
    for (const { type, instance, spec } of row.uncounted as UncountedRow[]) {
      total.add(type, instance, this.#usageOf(type, spec));
    }
    for (const { type, instance, usage } of this.#raisesOf(row.raises)) {
      total.add(type, instance, usage);
    }
    return total.list;
  }

  /**
   * Until the transaction ends nobody else decides by what this group holds in this
   * environment. Take it before any other lock.
   */
  async lock(trx: Knex, { owner, environment }: Holder): Promise<void> {
    await trx.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [
      `data-resources usage ${JSON.stringify([owner, environment])}`,
    ]);
  }

  /** Counts resources that were written without; answers how many it was. */
  async countUncounted(): Promise<number> {
    let counted = 0;
    let rows = await this.#uncountedAfter();
    while (rows.length > 0) {
      for (const { id, type, spec } of rows) {
        // Only with the spec that was read: another one is counted by who writes it.
        await this.#knex('resources')
          .where({ id })
          .whereNull('usage')
          .whereRaw('spec = ?::jsonb', [JSON.stringify(spec)])
          .update({ usage: JSON.stringify(this.#usageOf(type, spec)) });
      }
      counted += rows.length;
      rows = await this.#uncountedAfter(rows.at(-1)?.id);
    }
    return counted;
  }

  async #uncountedAfter(
    last?: string,
  ): Promise<{ id: string; type: string; spec: JsonObject }[]> {
    return this.#knex('resources')
      .whereNull('usage')
      .whereNot({ phase: 'deleted' })
      .modify(query => last && query.where('id', '>', last))
      .orderBy('id')
      .limit(BATCH)
      .select('id', 'type', 'spec');
  }

  /** By how much updates that are approved, and not begun, raise what is held. */
  #raisesOf(rows: readonly RaiseRow[]): (RaiseRow & { usage: Usage })[] {
    const raises = new Map<string, RaiseRow & { usage: Usage }>();
    for (const row of rows) {
      const before = this.#usageOf(row.type, row.spec);
      const after = this.#usageOf(row.type, row.wanted);
      // Of several updates of one resource the one that wants the most.
      const usage = { ...raises.get(row.id)?.usage };
      for (const [counter, count] of Object.entries(after)) {
        const more = count - (before[counter] ?? 0);
        usage[counter] = Math.max(usage[counter] ?? 0, more);
      }
      raises.set(row.id, { ...row, usage });
    }
    return [...raises.values()];
  }

  #usageOf(type: string, spec: JsonObject): Usage {
    return usageOf(this.#types.get(type), spec);
  }
}

export interface UsageLedgerOptions {
  knex: Knex;
  types: ReadonlyMap<string, ResourceType>;
}

interface UncountedRow {
  type: string;
  instance: string;
  spec: JsonObject;
}

interface RaiseRow extends UncountedRow {
  id: string;
  wanted: JsonObject;
}

function asList(knex: Knex, query: Knex.QueryBuilder, name: string): Knex.Raw {
  return knex.raw("(SELECT coalesce(jsonb_agg(x), '[]') FROM ? x) AS ??", [
    query,
    name,
  ]);
}

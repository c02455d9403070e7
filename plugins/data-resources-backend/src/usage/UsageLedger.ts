import type { JsonObject } from '@backstage/types';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { HeldUsage } from '../policy';
import { usageOf, type Usage } from './usageOf';

/** How many resources are counted in one go that were not counted when they were written. */
const BATCH = 200;
/** Stands for the number of resources among the counters; no counter is called so. */
const RESOURCES = '';

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

  /** Sums per type and instance; a type that the group has none of is not among them. */
  async held(holder: Holder, knex: Knex = this.#knex): Promise<HeldUsage[]> {
    const sums = new Map<string, HeldUsage>();
    const entry = (type: string, instance: string) => {
      const key = JSON.stringify([type, instance]);
      const found = sums.get(key) ?? {
        type,
        instance,
        resources: 0,
        counts: {},
      };
      sums.set(key, found);
      return found;
    };
    for (const { type, instance, counter, total } of await this.#sums(
      holder,
      knex,
    )) {
      const held = entry(type, instance);
      if (counter === RESOURCES) {
        held.resources = Number(total);
      } else {
        held.counts[counter] = Number(total);
      }
    }
    for (const { type, instance, usage } of [
      ...(await this.#uncounted(holder, knex)),
      ...(await this.#approvedRaises(holder, knex)),
    ]) {
      const { counts } = entry(type, instance);
      for (const [counter, count] of Object.entries(usage)) {
        counts[counter] = (counts[counter] ?? 0) + count;
      }
    }
    return [...sums.values()];
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
    let last: string | undefined;
    for (;;) {
      const rows: { id: string; type: string; spec: JsonObject }[] =
        await this.#knex('resources')
          .whereNull('usage')
          .whereNot({ phase: 'deleted' })
          .modify(query => last && query.where('id', '>', last))
          .orderBy('id')
          .limit(BATCH)
          .select('id', 'type', 'spec');
      for (const { id, type, spec } of rows) {
        // Only with the spec that was read: another one is counted by who writes it.
        await this.#knex('resources')
          .where({ id })
          .whereNull('usage')
          .whereRaw('spec = ?::jsonb', [JSON.stringify(spec)])
          .update({ usage: JSON.stringify(this.#usageOf(type, spec)) });
      }
      counted += rows.length;
      last = rows.at(-1)?.id;
      if (rows.length < BATCH) {
        return counted;
      }
    }
  }

  async #sums(
    holder: Holder,
    knex: Knex,
  ): Promise<
    { type: string; instance: string; counter: string; total: string }[]
  > {
    const { rows } = await knex.raw(
      `SELECT r.type, r.instance, u.key AS counter, sum(u.value::numeric)::text AS total
       FROM resources r
       CROSS JOIN LATERAL jsonb_each_text(
         COALESCE(r.usage, '{}') || jsonb_build_object(?::text, 1)) u
       WHERE ${HELD} GROUP BY r.type, r.instance, u.key`,
      [RESOURCES, ...bindings(holder)],
    );
    return rows;
  }

  async #uncounted(
    holder: Holder,
    knex: Knex,
  ): Promise<{ type: string; instance: string; usage: Usage }[]> {
    const { rows } = await knex.raw<{ rows: UncountedRow[] }>(
      `SELECT r.type, r.instance, r.spec FROM resources r
       WHERE r.usage IS NULL AND ${HELD}`,
      bindings(holder),
    );
    return rows.map(({ type, instance, spec }) => ({
      type,
      instance,
      usage: this.#usageOf(type, spec),
    }));
  }

  /** By how much updates that are approved, and not begun, raise what is held. */
  async #approvedRaises(
    holder: Holder,
    knex: Knex,
  ): Promise<{ type: string; instance: string; usage: Usage }[]> {
    const { rows } = await knex.raw<{ rows: RaiseRow[] }>(
      `SELECT r.id, r.type, r.instance, r.spec, q.input -> 'spec' AS wanted
       FROM requests q JOIN resources r ON r.id = q.resource_id
       WHERE q.state = 'approved' AND q.action = 'update' AND ${HELD}`,
      bindings(holder),
    );
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

const HELD =
  "r.owner = ? AND r.environment = ? AND r.phase <> 'deleted' AND r.id IS DISTINCT FROM ?::uuid";

function bindings({ owner, environment, except }: Holder): Knex.RawBinding[] {
  return [owner, environment, except ?? null];
}

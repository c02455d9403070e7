import type { Knex } from 'knex';
import {
  DRIFT_COLUMNS,
  LINE_COLUMNS,
  type DriftLine,
  type DriftRow,
} from './DriftRow';

/** `xmin` is the transaction that wrote a row as it stands. */
const VERSION = `r.xmin::text || coalesce((
  SELECT ' ' || string_agg(g.xmin::text, ' ' ORDER BY g.id) FROM grants g
  WHERE g.resource_id = r.id AND g.state <> 'revoked'), '') AS version`;

/** Reads what is declared and stands, for a comparison with engines. */
export class DriftLedger {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): DriftLedger {
    return new DriftLedger(options.knex);
  }

  /** Resources of an instance in the order of their ids, from after `after` on. */
  async page(
    instance: string,
    { after, limit }: { after?: string; limit: number },
  ): Promise<DriftLine[]> {
    return this.#read(LINE_COLUMNS)
      .where('r.instance', instance)
      .modify(query => (after ? query.where('r.id', '>', after) : query))
      .limit(limit);
  }

  /** All of those that stand as they did when the lines were read, and that nobody works on. */
  async rows(lines: readonly DriftLine[]): Promise<DriftRow[]> {
    const versions = new Map(lines.map(({ id, version }) => [id, version]));
    const rows: DriftRow[] = await this.#read(DRIFT_COLUMNS)
      .whereRaw('r.id = ANY(?::uuid[])', [[...versions.keys()]])
      .whereNull('r.active_request_id');
    return rows.filter(({ id, version }) => versions.get(id) === version);
  }

  #read(columns: readonly string[]) {
    return this.#knex('resources AS r')
      .select(columns.map(column => `r.${column}`))
      .select(this.#knex.raw(VERSION))
      .whereIn('r.phase', ['ready', 'degraded'])
      .orderBy('r.id');
  }
}

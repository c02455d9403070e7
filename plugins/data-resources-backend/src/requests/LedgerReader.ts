import DataLoader from 'dataloader';
import type { Knex } from 'knex';
import { isUuid } from '../database/keyset';
import type { GrantRow, ResourceRow } from '../database/rows';
import { heldPrefixes } from './claims/claimRows';
import { noSuchGrant } from './noSuchSubject';
import type { LedgerGrant } from './Subject';

type LiveGrant = Omit<LedgerGrant, 'login'>;

/**
 * What is recorded of the resources and grants that requests are about. What is asked at the same
 * moment is one statement.
 */
export class LedgerReader {
  readonly #knex: Knex;
  readonly #resources: DataLoader<string, ResourceRow | undefined>;
  readonly #grants: DataLoader<string, GrantRow | undefined>;
  readonly #liveGrants: DataLoader<string, LiveGrant[]>;
  readonly #heldPrefixes: DataLoader<string, string[]>;

  private constructor(knex: Knex) {
    this.#knex = knex;
    // What was read a moment ago is not what is there now.
    const options = { cache: false };
    this.#resources = new DataLoader(
      async ids => this.#byId<ResourceRow>('resources', ids),
      options,
    );
    this.#grants = new DataLoader(
      async ids => this.#byId<GrantRow>('grants', ids),
      options,
    );
    this.#liveGrants = new DataLoader(ids => this.#liveOf(ids), options);
    this.#heldPrefixes = new DataLoader(async ids => {
      const held = await heldPrefixes(knex, ids);
      return ids.map(id => held.get(id) ?? []);
    }, options);
  }

  static create(options: { knex: Knex }): LedgerReader {
    return new LedgerReader(options.knex);
  }

  async resource(id: string): Promise<ResourceRow | undefined> {
    return isUuid(id) ? this.#resources.load(id) : undefined;
  }

  /** Throws `RequestInputError` when there is none. */
  async grant(id: string): Promise<GrantRow> {
    const row = isUuid(id) ? await this.#grants.load(id) : undefined;
    if (!row) {
      throw noSuchGrant(id);
    }
    return row;
  }

  /** Prefixes of a resource for which something may stand on the engine. */
  async heldPrefixes(resourceId: string): Promise<string[]> {
    return this.#heldPrefixes.load(resourceId);
  }

  /** Grants of a resource that have not ended, in a fixed order. */
  async liveGrants(resourceId: string): Promise<LiveGrant[]> {
    return this.#liveGrants.load(resourceId);
  }

  async #byId<TRow extends { id: string }>(
    table: string,
    ids: readonly string[],
  ): Promise<(TRow | undefined)[]> {
    const { rows } = await this.#knex.raw<{ rows: TRow[] }>(
      'SELECT * FROM ?? WHERE id = ANY(?::uuid[])',
      [table, [...new Set(ids)]],
    );
    const byId = new Map(rows.map(row => [row.id, row]));
    return ids.map(id => byId.get(id));
  }

  async #liveOf(resourceIds: readonly string[]): Promise<LiveGrant[][]> {
    const rows: GrantRow[] = await this.#knex<GrantRow>('grants')
      .whereIn('resource_id', [...new Set(resourceIds)])
      .whereNot({ state: 'revoked' })
      .orderBy(['resource_id', 'principal', 'role']);
    const byResource = new Map<string, LiveGrant[]>();
    for (const row of rows) {
      const grants = byResource.get(row.resource_id) ?? [];
      grants.push(liveGrant(row));
      byResource.set(row.resource_id, grants);
    }
    return resourceIds.map(id => byResource.get(id) ?? []);
  }
}

function liveGrant(row: GrantRow): LiveGrant {
  return {
    id: row.id,
    principal: row.principal,
    role: row.role,
    uid: row.principal_uid,
    owner: row.principal_owner,
    state: row.state,
  };
}

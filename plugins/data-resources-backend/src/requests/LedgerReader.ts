import type { Knex } from 'knex';
import { isUuid } from '../database/keyset';
import type { GrantRow, ResourceRow } from '../database/rows';
import { heldPrefixes } from './claims/claimRows';
import { noSuchGrant } from './noSuchSubject';
import type { LedgerGrant } from './Subject';

/** What is recorded of the resources and grants that requests are about. */
export class LedgerReader {
  readonly #knex: Knex;

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  static create(options: { knex: Knex }): LedgerReader {
    return new LedgerReader(options.knex);
  }

  async resource(id: string): Promise<ResourceRow | undefined> {
    return isUuid(id)
      ? this.#knex<ResourceRow>('resources').where({ id }).first()
      : undefined;
  }

  /** Throws `RequestInputError` when there is none. */
  async grant(id: string): Promise<GrantRow> {
    const row = isUuid(id)
      ? await this.#knex<GrantRow>('grants').where({ id }).first()
      : undefined;
    if (!row) {
      throw noSuchGrant(id);
    }
    return row;
  }

  /** Prefixes of a resource for which something may stand on the engine. */
  async heldPrefixes(resourceId: string): Promise<string[]> {
    const held = await heldPrefixes(this.#knex, [resourceId]);
    return held.get(resourceId) ?? [];
  }

  /** Grants of a resource that have not ended, in a fixed order. */
  async liveGrants(resourceId: string): Promise<Omit<LedgerGrant, 'login'>[]> {
    const rows: GrantRow[] = await this.#knex<GrantRow>('grants')
      .where({ resource_id: resourceId })
      .whereNot({ state: 'revoked' })
      .orderBy(['principal', 'role']);
    return rows.map(row => ({
      id: row.id,
      principal: row.principal,
      role: row.role,
      uid: row.principal_uid,
      owner: row.principal_owner,
      state: row.state,
    }));
  }
}

import {
  loginSlots,
  type Change,
  type EffectiveAccess,
  type InstanceProbe,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { GrantRow, ResourceRow } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { prefixesOf } from '../requests/claims/claimsOf';
import { claimedAccess } from './claimedAccess';
import type { DriftFinding } from './driftOf';
import { foreignChange, newRights, withoutGrants } from './foreignAccess';
import { missingChange, missingGrants } from './missingGrants';

export interface AccessComparerOptions {
  knex: Knex;
  installationId: string;
}

/**
 * Compares who reaches objects with what the ledger has granted and with what stood there before.
 * What is not ours is never taken away; it is only told when it is new.
 */
export class AccessComparer {
  readonly #knex: Knex;
  readonly #installationId: string;

  private constructor(options: AccessComparerOptions) {
    this.#knex = options.knex;
    this.#installationId = options.installationId;
  }

  static create(options: AccessComparerOptions): AccessComparer {
    return new AccessComparer(options);
  }

  /** Changes by the resource's id; all are of one instance and type, and ours. */
  async compare(
    instance: ManagedInstance,
    probe: InstanceProbe,
    findings: readonly Pick<DriftFinding, 'row' | 'observed'>[],
    signal: AbortSignal,
  ): Promise<Map<string, Change[]>> {
    if (findings.length === 0) {
      return new Map();
    }
    const provider = instance.connection.provider(findings[0].row.type);
    const context = instance.context(signal);
    const type = instance.types.find(
      ({ type: name }) => name === findings[0].row.type,
    );
    const objectOf = ({ name, identity, spec }: ResourceRow) => ({
      name,
      identity: identity ?? undefined,
      prefixes: prefixesOf(type, name, spec),
    });
    const grants = await this.#grants(findings.map(({ row }) => row));
    const access = await provider.access(
      findings.map(({ row }) => objectOf(row)),
      context,
    );
    const missing = await missingGrants(
      findings.map(({ row, observed }) => ({
        id: row.id,
        object: objectOf(row),
        observed,
        spec: row.spec,
        grants: grants.get(row.id) ?? [],
      })),
      { provider, probe, context },
    );
    const isClaimed = await claimedAccess(
      this.#knex,
      { instance: instance.name, type },
      access.values(),
    );
    const changes = new Map<string, Change[]>();
    for (const { row } of findings) {
      const foreign = withoutGrants(
        access.get(row.name) ?? [],
        grants.get(row.id) ?? [],
      ).filter(way => !isClaimed(way));
      const baseline = row.access_baseline;
      if (!baseline) {
        await this.#takeBaseline(row, foreign);
      }
      changes.set(row.id, [
        ...(missing.get(row.id) ?? []).map(missingChange),
        ...newRights(foreign, baseline ?? foreign).map(foreignChange),
      ]);
    }
    return changes;
  }

  /** What the ledger lets in, by the resource's id. */
  async #grants(
    rows: readonly ResourceRow[],
  ): Promise<Map<string, PlannedGrant[]>> {
    const environments = new Map(
      rows.map(({ id, environment }) => [id, environment]),
    );
    const found: GrantRow[] = await this.#knex<GrantRow>('grants')
      .whereIn('resource_id', [...environments.keys()])
      .where({ state: 'active' })
      .orderBy(['resource_id', 'principal', 'role']);
    const grants = new Map<string, PlannedGrant[]>();
    for (const { resource_id, principal, role } of found) {
      const login = loginSlots({
        principal,
        environment: environments.get(resource_id)!,
        installationId: this.#installationId,
      });
      grants.set(resource_id, [
        ...(grants.get(resource_id) ?? []),
        { principal, role, login },
      ]);
    }
    return grants;
  }

  /** What stands there when a resource is first looked at; an adoption has taken its own. */
  async #takeBaseline(
    { id }: ResourceRow,
    access: readonly EffectiveAccess[],
  ): Promise<void> {
    await this.#knex('resources')
      .where({ id })
      .whereNull('access_baseline')
      .update({
        access_baseline: JSON.stringify(access),
      });
  }
}

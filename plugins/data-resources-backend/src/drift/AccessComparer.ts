import type { JsonObject } from '@backstage/types';
import {
  loginSlots,
  type CallContext,
  type Change,
  type EffectiveAccess,
  type InstanceProbe,
  type LoginSlots,
  type PlannedGrant,
  type ResourceProvider,
  type ResourceType,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { GrantRow } from '../database/rows';
import { prefixesOf } from '../requests/claims/claimsOf';
import { claimedAccess } from './claimedAccess';
import type { DriftFinding } from './driftOf';
import type { DriftRow } from './DriftRow';
import { foreignChange, newRights, withoutGrants } from './foreignAccess';
import { missingChanges, missingGrants } from './missingGrants';

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

  /** All are of one instance and type, and ours. */
  async compare(
    found: readonly Compared[],
    { type, provider, probe, context, grants }: CompareOptions,
  ): Promise<ComparedAccess> {
    if (found.length === 0) {
      return { changes: new Map(), byPrefix: new Set() };
    }
    const objectOf = ({ name, identity, spec }: DriftRow) => ({
      name,
      identity: identity ?? undefined,
      prefixes: prefixesOf(type, name, spec),
    });
    const [access, missing] = await Promise.all([
      provider.access(
        found.map(({ row }) => objectOf(row)),
        context,
      ),
      missingGrants(
        found.map(({ row, observed, spec }) => ({
          id: row.id,
          object: objectOf(row),
          observed,
          spec,
          grants: grants.get(row.id) ?? [],
        })),
        { provider, probe, context },
      ),
    ]);
    const isClaimed = await claimedAccess(
      this.#knex,
      { instance: found[0].row.instance, type },
      access.values(),
    );
    const changes = new Map<string, Change[]>();
    const byPrefix = new Set<string>();
    const baselines: { id: string; access_baseline: EffectiveAccess[] }[] = [];
    for (const { row } of found) {
      const ways = withoutGrants(
        access.get(row.name) ?? [],
        grants.get(row.id) ?? [],
      );
      const foreign = ways.filter(way => !isClaimed(way));
      if (ways.some(({ prefix }) => prefix !== undefined)) {
        byPrefix.add(row.id);
      }
      const baseline = row.access_baseline;
      if (!baseline) {
        baselines.push({ id: row.id, access_baseline: foreign });
      }
      changes.set(row.id, [
        ...missingChanges(missing.get(row.id) ?? []),
        ...newRights(foreign, baseline ?? foreign).map(foreignChange),
      ]);
    }
    await this.#takeBaselines(baselines);
    return { changes, byPrefix };
  }

  /** What the ledger lets in, by the resource's id. */
  async grants(
    rows: readonly DriftRow[],
  ): Promise<Map<string, PlannedGrant[]>> {
    const environments = new Map(
      rows.map(({ id, environment }) => [id, environment]),
    );
    const found: Pick<
      GrantRow,
      'resource_id' | 'principal' | 'principal_owner' | 'role'
    >[] = await this.#knex<GrantRow>('grants')
      .select('resource_id', 'principal', 'principal_owner', 'role')
      .whereRaw('resource_id = ANY(?::uuid[])', [[...environments.keys()]])
      .where({ state: 'active' })
      .orderBy(['resource_id', 'principal', 'role']);
    const logins = new Map<string, LoginSlots>();
    const grants = new Map<string, PlannedGrant[]>();
    for (const { resource_id, principal, principal_owner, role } of found) {
      const environment = environments.get(resource_id)!;
      const key = `${environment} ${principal}`;
      const login =
        logins.get(key) ??
        loginSlots({
          principal,
          environment,
          installationId: this.#installationId,
        });
      logins.set(key, login);
      const ofResource = grants.get(resource_id) ?? [];
      ofResource.push({ principal, role, login, owner: principal_owner });
      grants.set(resource_id, ofResource);
    }
    return grants;
  }

  /** What stands there when resources are first looked at; an adoption has taken its own. */
  async #takeBaselines(
    baselines: readonly { id: string; access_baseline: EffectiveAccess[] }[],
  ): Promise<void> {
    if (baselines.length === 0) {
      return;
    }
    await this.#knex.raw(
      `UPDATE resources r SET access_baseline = v.access_baseline
       FROM jsonb_to_recordset(?::jsonb) AS v(id uuid, access_baseline jsonb)
       WHERE r.id = v.id AND r.access_baseline IS NULL`,
      [JSON.stringify(baselines)],
    );
  }
}

/** A resource that is compared, and its spec as plans take it. */
type Compared = Pick<DriftFinding, 'row' | 'observed'> & { spec: JsonObject };

/** What was found, by the ids of resources. */
interface ComparedAccess {
  changes: Map<string, Change[]>;
  /** Those that somebody reaches by a prefix: whether that is news depends on who else claims it. */
  byPrefix: Set<string>;
}

interface CompareOptions {
  type: ResourceType | undefined;
  provider: ResourceProvider;
  probe: InstanceProbe;
  context: CallContext;
  /** What the ledger lets in, by the resource's id. */
  grants: ReadonlyMap<string, PlannedGrant[]>;
}

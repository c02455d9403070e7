import type {
  EffectiveAccess,
  Grant,
  ResourceGrants,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { readPage } from '../database/keyset';
import type { GrantRow, ResourceRow } from '../database/rows';
import type { InstanceRegistry } from '../instances/InstanceRegistry';

/** What the ledger says about who may do what, beside what the engine says. */
export class GrantReader {
  readonly #knex: Knex;
  readonly #instances: InstanceRegistry;
  readonly #platformGroup: string;

  private constructor(options: {
    knex: Knex;
    instances: InstanceRegistry;
    platformGroup: string;
  }) {
    this.#knex = options.knex;
    this.#instances = options.instances;
    this.#platformGroup = options.platformGroup;
  }

  static create(options: {
    knex: Knex;
    instances: InstanceRegistry;
    platformGroup: string;
  }): GrantReader {
    return new GrantReader(options);
  }

  async list(
    resource: ResourceRow,
    page: { limit?: number; cursor?: string },
    caller: Caller,
  ): Promise<ResourceGrants> {
    const [{ rows, nextCursor }, effectiveAccess] = await Promise.all([
      readPage<GrantRow>(
        this.#knex<GrantRow>('grants')
          .select('grants.*')
          .where('grants.resource_id', resource.id)
          // One that is only being given is no grant yet.
          .whereNot('grants.state', 'granting'),
        'grants',
        page,
      ),
      this.#effectiveAccess(resource),
    ]);
    return {
      items: rows.map(row => this.#present(row, resource, caller)),
      pageInfo: { nextCursor },
      effectiveAccess,
    };
  }

  #present(row: GrantRow, resource: ResourceRow, caller: Caller): Grant {
    const usable = resource.phase === 'ready' || resource.phase === 'degraded';
    const can: string[] = [];
    if (row.state === 'active' && usable) {
      if (caller.groups.has(row.principal_owner) && caller.inPerson) {
        can.push('credentials');
      }
      if (
        [row.principal_owner, resource.owner, this.#platformGroup].some(group =>
          caller.groups.has(group),
        )
      ) {
        can.push('revoke');
      }
    }
    return {
      id: row.id,
      resourceId: row.resource_id,
      principal: row.principal,
      role: row.role,
      state: row.state === 'revoked' ? 'revoked' : 'active',
      since: row.since.toISOString(),
      requestId: row.request_id,
      can,
    };
  }

  async #effectiveAccess(
    resource: ResourceRow,
  ): Promise<ResourceGrants['effectiveAccess']> {
    const observedAt = new Date().toISOString();
    const instance = this.#instances.get(resource.instance);
    if (!instance) {
      return {
        items: [],
        message: `Instance ${resource.instance} is not configured any more.`,
        observedAt,
      };
    }
    if (!resource.identity || resource.phase === 'deleted') {
      return {
        items: [],
        message: 'There is nothing on the engine.',
        observedAt,
      };
    }
    try {
      const signal = AbortSignal.timeout(instance.connection.callTimeoutMs);
      const access = await instance.connection
        .provider(resource.type)
        .access(
          { name: resource.name, identity: resource.identity },
          instance.context(signal),
        );
      return { items: await this.#named(resource, access), observedAt };
    } catch (error) {
      // The ledger is still worth showing when the engine does not answer.
      return {
        items: [],
        message: error instanceof Error ? error.message : String(error),
        observedAt,
      };
    }
  }

  async #named(
    resource: ResourceRow,
    access: EffectiveAccess[],
  ): Promise<EffectiveAccess[]> {
    const rows: Pick<GrantRow, 'login_base' | 'principal'>[] =
      await this.#knex<GrantRow>('grants')
        .where({ instance: resource.instance })
        .whereIn(
          'login_base',
          access.map(({ login }) => baseOf(login)),
        )
        .distinct('login_base', 'principal');
    const principals = new Map(
      rows.map(({ login_base, principal }) => [login_base, principal]),
    );
    return access.map(item => ({
      login: item.login,
      rights: item.rights,
      via: item.via,
      principal: principals.get(baseOf(item.login)),
    }));
  }
}

function baseOf(login: string): string {
  return login.replace(/^User:/, '').replace(/_[ab]$/, '');
}

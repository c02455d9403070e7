import {
  dataResourcesRequestReadPermission,
  dataResourcesResourceReadPermission,
  type EffectiveAccess,
  type Grant,
  type ResourceGrants,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import { readPage } from '../database/keyset';
import type { GrantRow, ResourceRow } from '../database/rows';
import { unknownTo } from '../drift/foreignAccess';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import { prefixesOf } from '../requests/claims/claimsOf';
import { baseOfLogin } from '../logins/baseOfLogin';
import { permittedOnResources, type ResourceAction } from './permittedActions';

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
      this.#effectiveAccess(resource, caller),
    ]);
    const [permitted, requests] = await Promise.all([
      permittedOnResources(caller),
      this.#visibleRequests(rows, caller),
    ]);
    return {
      items: rows.map(row => ({
        ...this.#present(row),
        requestId: requests.has(row.request_id) ? row.request_id : undefined,
        can: this.#can(row, resource, caller).filter(action =>
          permitted(action, resource),
        ),
      })),
      pageInfo: { nextCursor },
      effectiveAccess,
    };
  }

  /** Ids of the requests that gave the grants, where the caller may see them. */
  async #visibleRequests(
    rows: readonly GrantRow[],
    caller: Caller,
  ): Promise<ReadonlySet<string>> {
    const ids = rows.map(({ request_id }) => request_id);
    const scope = await caller.permissions.requests(
      dataResourcesRequestReadPermission,
    );
    if (scope.everything || ids.length === 0) {
      return new Set(ids);
    }
    const query = this.#knex('requests')
      .whereIn('requests.id', ids)
      .select('requests.id');
    scope.narrow(query);
    const found: { id: string }[] = await query;
    return new Set(found.map(({ id }) => id));
  }

  #can(row: GrantRow, resource: ResourceRow, caller: Caller): ResourceAction[] {
    const usable = resource.phase === 'ready' || resource.phase === 'degraded';
    const can: ResourceAction[] = [];
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
    return can;
  }

  #present(row: GrantRow): Omit<Grant, 'requestId' | 'can'> {
    return {
      id: row.id,
      resourceId: row.resource_id,
      principal: row.principal,
      role: row.role,
      state: row.state === 'revoked' ? 'revoked' : 'active',
      since: row.since.toISOString(),
    };
  }

  async #effectiveAccess(
    resource: ResourceRow,
    caller: Caller,
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
      const access = await instance.connection.provider(resource.type).access(
        [
          {
            name: resource.name,
            identity: resource.identity,
            prefixes: prefixesOf(
              instance.types.find(({ type }) => type === resource.type),
              resource.name,
              resource.spec,
            ),
            inFull: true,
          },
        ],
        instance.context(signal),
      );
      const items = access.get(resource.name) ?? [];
      return { items: await this.#named(resource, items, caller), observedAt };
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
    caller: Caller,
  ): Promise<EffectiveAccess[]> {
    const query = this.#knex('grants')
      // A login is known by any of its grants on the instance, but only by one on what the
      // caller may see.
      .join('resources', 'resources.id', 'grants.resource_id')
      .where('grants.instance', resource.instance)
      .whereIn(
        'grants.login_base',
        access.map(({ login }) => baseOfLogin(login)),
      )
      .distinct('grants.login_base', 'grants.principal');
    const readable = await caller.permissions.resources(
      dataResourcesResourceReadPermission,
    );
    readable.narrow(query);
    const rows: Pick<GrantRow, 'login_base' | 'principal'>[] = await query;
    const principals = new Map(
      rows.map(({ login_base, principal }) => [login_base, principal]),
    );
    const unknown = unknownTo(resource.access_baseline ?? []);
    return access.map(item => ({
      login: item.login,
      rights: item.rights,
      implied: item.implied,
      groups: item.groups,
      note: item.note,
      via: item.via,
      principal: principals.get(baseOfLogin(item.login)),
      baseline: unknown(item).length === 0 || undefined,
      internal: item.internal || undefined,
    }));
  }
}

import type { BasicPermission } from '@backstage/plugin-permission-common';
import {
  dataResourcesRequestCreatePermission,
  dataResourcesRequestReadPermission,
  dataResourcesResourceReadPermission,
} from '@data-resources/plugin-data-resources-common';
import type { Caller } from '../callers/Caller';
import type { ResourceRow } from '../database/rows';
import type { RequestInput } from '../requests/input';
import type { LedgerReader } from '../requests/LedgerReader';
import {
  noSuchGrant,
  noSuchOrigin,
  noSuchRequest,
  noSuchResource,
} from '../requests/noSuchSubject';
import type { RequestReader } from '../requests/RequestReader';
import type { ResourceReader } from '../resources/ResourceReader';
import type {
  RequestPermission,
  ResourcesPermission,
} from './CallerPermissions';
import { missingPermission } from './missingPermission';
import { PERMISSION_TO_ASK } from './permissionToAsk';

export interface PermissionGuardOptions {
  requests: RequestReader;
  resources: ResourceReader;
  ledger: LedgerReader;
  platformGroup: string;
}

/**
 * Stands before the services that change something: what the caller may not see is not there, and
 * what the caller may see and not do is refused with the permission that is missing.
 */
export class PermissionGuard {
  readonly #options: PermissionGuardOptions;

  private constructor(options: PermissionGuardOptions) {
    this.#options = options;
  }

  static create(options: PermissionGuardOptions): PermissionGuard {
    return new PermissionGuard(options);
  }

  /** Throws `NotAllowedError` for a caller without the permission, which is about no row. */
  async require(permission: BasicPermission, caller: Caller): Promise<void> {
    if (!(await caller.permissions.may(permission))) {
      throw this.#missing(permission);
    }
  }

  /** Throws `NotFoundError` for a request that the caller may not see, else `NotAllowedError`. */
  async requireOnRequest(
    id: string,
    permission: RequestPermission,
    caller: Caller,
  ): Promise<void> {
    const { requests } = this.#options;
    const scopes = [
      await caller.permissions.requests(dataResourcesRequestReadPermission),
      await caller.permissions.requests(permission),
    ];
    if (scopes.every(({ everything }) => everything)) {
      return;
    }
    if (!(await requests.find(id, scopes[0]))) {
      throw noSuchRequest(id);
    }
    if (!(await requests.find(id, scopes[1]))) {
      throw this.#missing(permission);
    }
  }

  /**
   * Throws `NotFoundError` for a resource that the caller may not see, else `NotAllowedError`.
   *
   * @param seen - the resource, where it was read for this call already
   */
  async requireOnResource(
    id: string,
    permission: ResourcesPermission,
    caller: Caller,
    seen?: ResourceRow,
  ): Promise<ResourceRow> {
    const row = await this.#options.resources.row(id, caller, seen);
    await this.#requireOn(row, permission, caller);
    return row;
  }

  /**
   * Throws `NotAllowedError` where the caller may not ask for this. What the caller may not see is
   * told as what is not there: with the `RequestInputError` for that.
   */
  async requireToAsk(input: RequestInput, caller: Caller): Promise<void> {
    await this.require(dataResourcesRequestCreatePermission, caller);
    await this.#requireOrigin(input, caller);
    const permission = PERMISSION_TO_ASK[input.action];
    if (permission) {
      const resource = await this.#subject(input, caller);
      await this.#requireOn(resource, permission, caller);
    }
  }

  /** What is promoted is shown to who asks for it. */
  async #requireOrigin(input: RequestInput, caller: Caller): Promise<void> {
    if (input.action !== 'create' || !input.promotedFrom) {
      return;
    }
    const readable = await caller.permissions.resources(
      dataResourcesResourceReadPermission,
    );
    if (!(await this.#options.resources.find(input.promotedFrom, readable))) {
      throw noSuchOrigin(input.promotedFrom);
    }
  }

  async #subject(input: RequestInput, caller: Caller): Promise<ResourceRow> {
    const { resources, ledger } = this.#options;
    const readable = await caller.permissions.resources(
      dataResourcesResourceReadPermission,
    );
    if (input.action === 'revoke') {
      const { resource_id } = await ledger.grant(input.grantId);
      const row = await resources.find(resource_id, readable);
      if (!row) {
        throw noSuchGrant(input.grantId);
      }
      return row;
    }
    const { resourceId } = input as { resourceId: string };
    const row = await resources.find(resourceId, readable);
    if (!row) {
      throw noSuchResource(resourceId);
    }
    return row;
  }

  async #requireOn(
    row: ResourceRow,
    permission: ResourcesPermission,
    caller: Caller,
  ): Promise<void> {
    const scope = await caller.permissions.resources(permission);
    if (!scope.includes(row)) {
      throw this.#missing(permission);
    }
  }

  #missing(
    permission: BasicPermission | ResourcesPermission | RequestPermission,
  ) {
    return missingPermission(permission, this.#options.platformGroup);
  }
}

import type {
  BackstageCredentials,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import {
  AuthorizeResult,
  isResourcePermission,
  type BasicPermission,
  type PolicyDecision,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';
import { dataResourcesPermissions } from '@data-resources/plugin-data-resources-common';
import type {
  CallerPermissions,
  RequestPermission,
  ResourcesPermission,
} from './CallerPermissions';
import { SQL_OF_REQUESTS, SQL_OF_RESOURCES } from './criteriaToSql';
import {
  requestResourceRef,
  resourceResourceRef,
  type RuledRequest,
  type RuledResource,
} from './resourceRefs';
import { scopeOf, type Scope } from './Scope';

const ON_ROWS: ResourcePermission[] = dataResourcesPermissions.filter(
  permission => isResourcePermission(permission),
);

export interface PolicyPermissionsOptions {
  permissions: PermissionsService;
  registry: PermissionsRegistryService;
  logger: LoggerService;
}

/** Asks the permission service, about all permissions on rows at once. */
export class PolicyPermissions implements CallerPermissions {
  readonly #options: PolicyPermissionsOptions;
  readonly #credentials: BackstageCredentials;
  readonly #may = new Map<string, Promise<boolean>>();
  #onRows?: Promise<Map<string, PolicyDecision>>;

  private constructor(
    options: PolicyPermissionsOptions,
    credentials: BackstageCredentials,
  ) {
    this.#options = options;
    this.#credentials = credentials;
  }

  static create(
    options: PolicyPermissionsOptions,
    credentials: BackstageCredentials,
  ): CallerPermissions {
    return new PolicyPermissions(options, credentials);
  }

  async may(permission: BasicPermission): Promise<boolean> {
    const asked = this.#may.get(permission.name) ?? this.#ask(permission);
    this.#may.set(permission.name, asked);
    return asked;
  }

  async #ask(permission: BasicPermission): Promise<boolean> {
    const [decision] = await this.#answered(
      this.#options.permissions.authorize([{ permission }], {
        credentials: this.#credentials,
      }),
    );
    return decision.result === AuthorizeResult.ALLOW;
  }

  async requests(permission: RequestPermission): Promise<Scope<RuledRequest>> {
    return scopeOf(
      await this.#decision(permission),
      this.#options.registry.getPermissionRuleset(requestResourceRef),
      SQL_OF_REQUESTS,
    );
  }

  async resources(
    permission: ResourcesPermission,
  ): Promise<Scope<RuledResource>> {
    return scopeOf(
      await this.#decision(permission),
      this.#options.registry.getPermissionRuleset(resourceResourceRef),
      SQL_OF_RESOURCES,
    );
  }

  foresee(): void {
    // Whoever asks in earnest is told of the failure.
    this.#allOnRows().catch(() => {});
  }

  async #decision(permission: ResourcePermission): Promise<PolicyDecision> {
    const decision = (await this.#allOnRows()).get(permission.name);
    if (!decision) {
      throw new Error(`${permission.name} is not among our permissions`);
    }
    return decision;
  }

  #allOnRows(): Promise<Map<string, PolicyDecision>> {
    this.#onRows ??= this.#askOnRows();
    return this.#onRows;
  }

  async #askOnRows(): Promise<Map<string, PolicyDecision>> {
    const decisions = await this.#answered(
      this.#options.permissions.authorizeConditional(
        ON_ROWS.map(permission => ({ permission })),
        { credentials: this.#credentials },
      ),
    );
    return new Map(
      ON_ROWS.map(({ name }, index) => [name, decisions[index]] as const),
    );
  }

  /** What fails here is not the caller's doing, and is worth another try. */
  async #answered<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      const message =
        'The permission service of the portal does not answer, so nothing can be allowed';
      this.#options.logger.warn(
        message,
        error instanceof Error ? error : new Error(String(error)),
      );
      throw new ServiceUnavailableError(`${message}; try again`);
    }
  }
}

import type { UserInfoService } from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  isPermission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  createDataResourcesRequestConditionalDecision,
  dataResourcesRequestConditions,
} from '@data-resources/plugin-data-resources-backend';
import {
  dataResourcesAuditReadPermission,
  dataResourcesRequestReadPermission,
} from '@data-resources/plugin-data-resources-common';

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/** Groups that see more than others, as full entity refs. */
export interface DataResourcesPolicyOptions {
  userInfo: UserInfoService;
  /** `dataResources.platformGroup`. */
  platformGroup: string;
  /** Reads every request and the audit trail. */
  auditorsGroup: string;
}

/**
 * A policy to copy. Everyone who is signed in sees every resource. A request is seen by who made
 * it, the group that owns its resource, the groups that are asked to approve it, platform and the
 * auditors; the audit trail by the last two. Who asks and who decides is settled by Data Resources
 * itself, so there is nothing to add here. All other permissions are allowed.
 */
export class DataResourcesPolicy implements PermissionPolicy {
  readonly #options: DataResourcesPolicyOptions;

  private constructor(options: DataResourcesPolicyOptions) {
    this.#options = options;
  }

  static create(options: DataResourcesPolicyOptions): PermissionPolicy {
    return new DataResourcesPolicy(options);
  }

  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!permission.name.startsWith('data-resources.')) {
      return ALLOW;
    }
    if (!user) {
      return DENY;
    }
    if (isPermission(permission, dataResourcesRequestReadPermission)) {
      const { userEntityRef, ownershipEntityRefs: claims } =
        await this.#options.userInfo.getUserInfo(user.credentials);
      return this.#seesEverything(claims)
        ? ALLOW
        : createDataResourcesRequestConditionalDecision(permission, {
            anyOf: [
              dataResourcesRequestConditions.isRequester({
                userRef: userEntityRef,
              }),
              dataResourcesRequestConditions.isOwner({ claims }),
              dataResourcesRequestConditions.isApprover({ claims }),
            ],
          });
    }
    if (isPermission(permission, dataResourcesAuditReadPermission)) {
      const { ownershipEntityRefs } = await this.#options.userInfo.getUserInfo(
        user.credentials,
      );
      return this.#seesEverything(ownershipEntityRefs) ? ALLOW : DENY;
    }
    return ALLOW;
  }

  #seesEverything(claims: readonly string[]): boolean {
    const { platformGroup, auditorsGroup } = this.#options;
    return claims.includes(platformGroup) || claims.includes(auditorsGroup);
  }
}

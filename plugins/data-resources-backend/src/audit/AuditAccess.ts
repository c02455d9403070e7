import type {
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { dataResourcesAuditReadPermission } from '@data-resources/plugin-data-resources-common';
import type { Request } from 'express';
import type { CallerResolver } from '../callers/CallerResolver';

export interface AuditAccessOptions {
  callers: CallerResolver;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  /** Whether Backstage's permissions are switched on; off, they would allow everything. */
  permissionsEnabled: boolean;
  platformGroup: string;
}

/** Who may read the whole audit trail. */
export class AuditAccess {
  readonly #options: AuditAccessOptions;

  private constructor(options: AuditAccessOptions) {
    this.#options = options;
  }

  static create(options: AuditAccessOptions): AuditAccess {
    return new AuditAccess(options);
  }

  /**
   * Throws `NotAllowedError` unless the caller is a direct member of the platform group or has
   * the permission.
   */
  async require(req: Request<any, any, any, any, any>): Promise<void> {
    const { callers, platformGroup } = this.#options;
    const { groups } = await callers.resolve(req);
    if (!groups.has(platformGroup) && !(await this.#hasPermission(req))) {
      throw new NotAllowedError(
        `The audit trail is for direct members of ${platformGroup} and who has the permission ${dataResourcesAuditReadPermission.name}`,
      );
    }
  }

  async #hasPermission(
    req: Request<any, any, any, any, any>,
  ): Promise<boolean> {
    const { httpAuth, permissions, permissionsEnabled } = this.#options;
    if (!permissionsEnabled) {
      return false;
    }
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    const [{ result }] = await permissions.authorize(
      [{ permission: dataResourcesAuditReadPermission }],
      { credentials },
    );
    return result === AuthorizeResult.ALLOW;
  }
}

import { NotAllowedError } from '@backstage/errors';
import { dataResourcesAuditReadPermission } from '@data-resources/plugin-data-resources-common';
import type { Request } from 'express';
import type { CallerResolver } from '../callers/CallerResolver';

export interface AuditAccessOptions {
  callers: CallerResolver;
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
    const { callers, permissionsEnabled, platformGroup } = this.#options;
    const { groups, permissions } = await callers.resolve(req);
    const allowed =
      groups.has(platformGroup) ||
      (permissionsEnabled &&
        (await permissions.may(dataResourcesAuditReadPermission)));
    if (!allowed) {
      throw new NotAllowedError(
        `The audit trail is for direct members of ${platformGroup} and who has the permission ${dataResourcesAuditReadPermission.name}`,
      );
    }
  }
}

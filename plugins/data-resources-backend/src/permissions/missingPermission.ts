import { NotAllowedError } from '@backstage/errors';
import type { Permission } from '@backstage/plugin-permission-common';

/** The error for somebody whom the portal's policy keeps from something: says what is missing. */
export function missingPermission(
  permission: Permission,
  platformGroup: string,
): NotAllowedError {
  return new NotAllowedError(
    `You lack the permission ${permission.name} for this. The permission policy of this portal gives it; ask ${platformGroup}`,
  );
}

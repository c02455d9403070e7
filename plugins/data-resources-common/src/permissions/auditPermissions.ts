import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Reading and verifying the whole audit trail. Members of the platform group may without it.
 *
 * @public
 */
export const dataResourcesAuditReadPermission = createPermission({
  name: 'data-resources.audit.read',
  attributes: { action: 'read' },
});

import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Reading the audit trail.
 *
 * @public
 */
export const dataResourcesAuditReadPermission = createPermission({
  name: 'data-resources.audit.read',
  attributes: { action: 'read' },
});

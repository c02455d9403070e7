import { createPermission } from '@backstage/plugin-permission-common';

/**
 * The resource type of permissions on resources: conditions on them speak of one resource.
 *
 * @public
 */
export const RESOURCE_TYPE_DATA_RESOURCES_RESOURCE = 'data-resources-resource';

/**
 * Seeing a resource, its grants and who reaches it.
 *
 * @public
 */
export const dataResourcesResourceReadPermission = createPermission({
  name: 'data-resources.resource.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_RESOURCE,
});

/**
 * Asking for a change of a resource, and for giving or taking access to it.
 *
 * @public
 */
export const dataResourcesResourceUpdatePermission = createPermission({
  name: 'data-resources.resource.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_RESOURCE,
});

/**
 * Asking that a resource be deleted, or that its deletion be taken back.
 *
 * @public
 */
export const dataResourcesResourceDeletePermission = createPermission({
  name: 'data-resources.resource.delete',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_RESOURCE,
});

/**
 * Taking credentials of a principal that has a grant on a resource.
 *
 * @public
 */
export const dataResourcesResourceCredentialsPermission = createPermission({
  name: 'data-resources.resource.credentials',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_RESOURCE,
});

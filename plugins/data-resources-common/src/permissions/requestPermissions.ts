import { createPermission } from '@backstage/plugin-permission-common';

/**
 * The resource type of permissions on requests: conditions on them speak of one request.
 *
 * @public
 */
export const RESOURCE_TYPE_DATA_RESOURCES_REQUEST = 'data-resources-request';

/**
 * Asking for anything at all, and seeing the plan of what one would ask for. What is asked of a
 * resource that is there needs a permission on that resource as well.
 *
 * @public
 */
export const dataResourcesRequestCreatePermission = createPermission({
  name: 'data-resources.request.create',
  attributes: { action: 'create' },
});

/**
 * Seeing a request: what is asked, its plans, its decisions and its execution.
 *
 * @public
 */
export const dataResourcesRequestReadPermission = createPermission({
  name: 'data-resources.request.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_REQUEST,
});

/**
 * Approving or rejecting a request. Who may decide at all is settled by the request's plan; this
 * can only take from it.
 *
 * @public
 */
export const dataResourcesRequestDecidePermission = createPermission({
  name: 'data-resources.request.decide',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_REQUEST,
});

/**
 * Withdrawing a request that waits, and trying one again that failed.
 *
 * @public
 */
export const dataResourcesRequestWithdrawPermission = createPermission({
  name: 'data-resources.request.withdraw',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_REQUEST,
});

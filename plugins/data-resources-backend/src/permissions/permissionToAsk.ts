import {
  dataResourcesResourceDeletePermission,
  dataResourcesResourceUpdatePermission,
  type RequestAction,
} from '@data-resources/plugin-data-resources-common';
import type { ResourcesPermission } from './CallerPermissions';

/**
 * What is needed on the resource that a request is about, besides the permission to ask at all;
 * nothing where there is no resource yet.
 */
export const PERMISSION_TO_ASK: Readonly<
  Record<RequestAction, ResourcesPermission | undefined>
> = {
  create: undefined,
  adopt: undefined,
  update: dataResourcesResourceUpdatePermission,
  grant: dataResourcesResourceUpdatePermission,
  revoke: dataResourcesResourceUpdatePermission,
  delete: dataResourcesResourceDeletePermission,
  restore: dataResourcesResourceDeletePermission,
};

import type {
  BasicPermission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import type {
  RESOURCE_TYPE_DATA_RESOURCES_REQUEST,
  RESOURCE_TYPE_DATA_RESOURCES_RESOURCE,
} from '@data-resources/plugin-data-resources-common';
import type { RuledRequest, RuledResource } from './resourceRefs';
import { EVERYTHING, type Scope } from './Scope';

/** One of the permissions on requests. */
export type RequestPermission = ResourcePermission<
  typeof RESOURCE_TYPE_DATA_RESOURCES_REQUEST
>;
/** One of the permissions on resources. */
export type ResourcesPermission = ResourcePermission<
  typeof RESOURCE_TYPE_DATA_RESOURCES_RESOURCE
>;

/**
 * What the portal's permission policy lets one caller do, asked once per call of the API. It only
 * ever narrows: the rules of who asks and who decides hold whatever it says.
 */
export interface CallerPermissions {
  /** Asks now about all permissions on rows, of which some will be asked for in a moment. */
  foresee(): void;
  /** Whether the caller has a permission that is about no row. */
  may(permission: BasicPermission): Promise<boolean>;
  /** The requests for which the caller has the permission. */
  requests(permission: RequestPermission): Promise<Scope<RuledRequest>>;
  /** The resources for which the caller has the permission. */
  resources(permission: ResourcesPermission): Promise<Scope<RuledResource>>;
}

/** For what the portal reads on its own account, which no policy is about. */
export const UNRESTRICTED: CallerPermissions = {
  foresee: () => {},
  may: async () => true,
  requests: async () => EVERYTHING,
  resources: async () => EVERYTHING,
};

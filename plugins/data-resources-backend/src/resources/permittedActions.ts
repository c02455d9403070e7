import {
  dataResourcesRequestCreatePermission,
  dataResourcesResourceCredentialsPermission,
  type RequestAction,
} from '@data-resources/plugin-data-resources-common';
import type { Caller } from '../callers/Caller';
import {
  EVERYTHING,
  PERMISSION_TO_ASK,
  type RuledResource,
  type Scope,
} from '../permissions';

/** Something that `can` of a resource or of a grant may name. */
export type ResourceAction = RequestAction | 'credentials';

/** Whether the permission policy leaves an action that the rules allow. */
export type PermittedOnResource = (
  action: ResourceAction,
  resource: RuledResource,
) => boolean;

/** For any number of resources, and what is asked about them. */
export async function permittedOnResources(
  caller: Caller,
): Promise<PermittedOnResource> {
  const { permissions } = caller;
  const mayAsk = await permissions.may(dataResourcesRequestCreatePermission);
  const scopes = new Map<string, Scope<RuledResource>>();
  for (const [action, permission] of Object.entries(PERMISSION_TO_ASK)) {
    scopes.set(
      action,
      permission ? await permissions.resources(permission) : EVERYTHING,
    );
  }
  const credentials = await permissions.resources(
    dataResourcesResourceCredentialsPermission,
  );
  return (action, resource) =>
    action === 'credentials'
      ? credentials.includes(resource)
      : mayAsk && scopes.get(action)!.includes(resource);
}

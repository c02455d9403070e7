import { createPermissionResourceRef } from '@backstage/plugin-permission-node';
import {
  RESOURCE_TYPE_DATA_RESOURCES_REQUEST,
  RESOURCE_TYPE_DATA_RESOURCES_RESOURCE,
} from '@data-resources/plugin-data-resources-common';
import type { RequestRow, ResourceRow } from '../database/rows';

/** What a rule looks at, for the SQL that says the same. */
export interface RuleQuery<TKey extends string = string> {
  key: TKey;
  /** One of them is what it must be; none matches nothing. */
  values: readonly string[];
}

/** Asks that a key have one of the values. */
export function hasOneOf<TKey extends string>(
  key: TKey,
  values: readonly string[],
): RuleQuery<TKey> {
  return { key, values };
}

/** What rules may look at of a resource. */
export type ResourceKey = 'owner' | 'environment' | 'type';
/** What rules may look at of a request. */
export type RequestKey = ResourceKey | 'requestedBy' | 'approver';

/** A resource as far as rules see it. */
export type RuledResource = Pick<ResourceRow, 'owner' | 'environment' | 'type'>;

/** A request as far as rules see it. */
export interface RuledRequest
  extends Pick<RequestRow, 'owner' | 'environment' | 'type' | 'requested_by'> {
  /** The groups that must approve the current plan, whether they have or not. */
  approvers: readonly string[];
}

/** What permissions on requests are about. */
export const requestResourceRef = createPermissionResourceRef<
  RuledRequest,
  RuleQuery<RequestKey>
>().with({
  pluginId: 'data-resources',
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_REQUEST,
});

/** What permissions on resources are about. */
export const resourceResourceRef = createPermissionResourceRef<
  RuledResource,
  RuleQuery<ResourceKey>
>().with({
  pluginId: 'data-resources',
  resourceType: RESOURCE_TYPE_DATA_RESOURCES_RESOURCE,
});

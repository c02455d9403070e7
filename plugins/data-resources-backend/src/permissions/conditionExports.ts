import { createConditionExports } from '@backstage/plugin-permission-node';
import { requestRules } from './requestRules';
import { requestResourceRef, resourceResourceRef } from './resourceRefs';
import { resourceRules } from './resourceRules';

const requests = createConditionExports({
  resourceRef: requestResourceRef,
  rules: requestRules,
});
const resources = createConditionExports({
  resourceRef: resourceResourceRef,
  rules: resourceRules,
});

/**
 * Conditions on requests, for a permission policy: `isOwner`, `isRequester`, `isApprover`,
 * `inEnvironment` and `hasType`.
 *
 * @public
 */
export const dataResourcesRequestConditions = requests.conditions;

/**
 * A conditional decision about one of the `data-resources.request.*` permissions.
 *
 * @public
 */
export const createDataResourcesRequestConditionalDecision =
  requests.createConditionalDecision;

/**
 * Conditions on resources, for a permission policy: `isOwner`, `inEnvironment` and `hasType`.
 *
 * @public
 */
export const dataResourcesResourceConditions = resources.conditions;

/**
 * A conditional decision about one of the `data-resources.resource.*` permissions.
 *
 * @public
 */
export const createDataResourcesResourceConditionalDecision =
  resources.createConditionalDecision;

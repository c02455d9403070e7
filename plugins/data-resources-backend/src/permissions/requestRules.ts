import { createPermissionRule } from '@backstage/plugin-permission-node';
import { hasOneOf, requestResourceRef } from './resourceRefs';
import {
  approverParams,
  environmentParams,
  ownerParams,
  requesterParams,
  typeParams,
} from './ruleParams';

const isOwner = createPermissionRule({
  name: 'IS_OWNER',
  description:
    'Allow requests about a resource that one of the groups owns, or will',
  resourceRef: requestResourceRef,
  paramsSchema: ownerParams,
  apply: ({ owner }, { claims }) => claims.includes(owner),
  toQuery: ({ claims }) => hasOneOf('owner', claims),
});

const isRequester = createPermissionRule({
  name: 'IS_REQUESTER',
  description: 'Allow requests that the user made',
  resourceRef: requestResourceRef,
  paramsSchema: requesterParams,
  apply: ({ requested_by }, { userRef }) => requested_by === userRef,
  toQuery: ({ userRef }) => hasOneOf('requestedBy', [userRef]),
});

const isApprover = createPermissionRule({
  name: 'IS_APPROVER',
  description:
    'Allow requests whose current plan one of the groups is asked to approve',
  resourceRef: requestResourceRef,
  paramsSchema: approverParams,
  apply: ({ approvers }, { claims }) =>
    approvers.some(group => claims.includes(group)),
  toQuery: ({ claims }) => hasOneOf('approver', claims),
});

const inEnvironment = createPermissionRule({
  name: 'IN_ENVIRONMENT',
  description: 'Allow requests about one of the environments',
  resourceRef: requestResourceRef,
  paramsSchema: environmentParams,
  apply: ({ environment }, { environments }) =>
    environments.includes(environment),
  toQuery: ({ environments }) => hasOneOf('environment', environments),
});

const hasType = createPermissionRule({
  name: 'HAS_TYPE',
  description: 'Allow requests about a resource of one of the types',
  resourceRef: requestResourceRef,
  paramsSchema: typeParams,
  apply: ({ type }, { types }) => types.includes(type),
  toQuery: ({ types }) => hasOneOf('type', types),
});

/** The rules that conditions on requests are made of. */
export const requestRules = {
  isOwner,
  isRequester,
  isApprover,
  inEnvironment,
  hasType,
};

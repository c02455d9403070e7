import { createPermissionRule } from '@backstage/plugin-permission-node';
import { hasOneOf, resourceResourceRef } from './resourceRefs';
import { environmentParams, ownerParams, typeParams } from './ruleParams';

const isOwner = createPermissionRule({
  name: 'IS_OWNER',
  description: 'Allow resources that one of the groups owns',
  resourceRef: resourceResourceRef,
  paramsSchema: ownerParams,
  apply: ({ owner }, { claims }) => claims.includes(owner),
  toQuery: ({ claims }) => hasOneOf('owner', claims),
});

const inEnvironment = createPermissionRule({
  name: 'IN_ENVIRONMENT',
  description: 'Allow resources in one of the environments',
  resourceRef: resourceResourceRef,
  paramsSchema: environmentParams,
  apply: ({ environment }, { environments }) =>
    environments.includes(environment),
  toQuery: ({ environments }) => hasOneOf('environment', environments),
});

const hasType = createPermissionRule({
  name: 'HAS_TYPE',
  description: 'Allow resources of one of the types',
  resourceRef: resourceResourceRef,
  paramsSchema: typeParams,
  apply: ({ type }, { types }) => types.includes(type),
  toQuery: ({ types }) => hasOneOf('type', types),
});

/** The rules that conditions on resources are made of. */
export const resourceRules = { isOwner, inEnvironment, hasType };

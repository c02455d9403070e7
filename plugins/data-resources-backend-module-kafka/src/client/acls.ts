import {
  AclOperations,
  AclPermissionTypes,
  createAclsV3,
  deleteAclsV3,
  describeAclsV3,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import type { Acl as WireAcl } from '@platformatic/kafka';
import type { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Deadline } from './Deadline';
import type { KafkaClient } from './KafkaClient';
import { ErrorCodes, errorOf } from './protocolErrors';

/** One access control entry, in Kafka's words. A type, so that it is JSON in a step's arguments. */
export type Acl = {
  resourceType: keyof typeof ResourceTypes;
  resourceName: string;
  patternType: keyof typeof ResourcePatternTypes;
  /** For example `User:payments_api_0123456789_a`. */
  principal: string;
  host: string;
  operation: keyof typeof AclOperations;
  permission: keyof typeof AclPermissionTypes;
};

/** Which ACLs to read; what is left out may be anything. */
export interface AclFilter {
  resourceType?: keyof typeof ResourceTypes;
  resourceName?: string;
  /** `MATCH`: every pattern that covers `resourceName`. */
  patternType?: keyof typeof ResourcePatternTypes;
  principal?: string;
}

const NEEDS = 'ALTER on the cluster';

/** The ACLs that a filter selects, in a stable order. */
export async function describeAcls(
  client: KafkaClient,
  deadline: Deadline,
  filter: AclFilter,
): Promise<Acl[]> {
  const answer = await client.read(deadline, 'read ACLs', describeAclsV3.api, {
    resourceType: ResourceTypes[filter.resourceType ?? 'ANY'],
    resourceName: filter.resourceName ?? null,
    resourcePatternType: ResourcePatternTypes[filter.patternType ?? 'ANY'],
    principal: filter.principal ?? null,
    host: null,
    operation: AclOperations.ANY,
    permissionType: AclPermissionTypes.ANY,
  });
  if (answer.errorCode !== ErrorCodes.NONE) {
    throw errorOf(answer, {
      doing: 'read ACLs',
      mode: 'read',
      needs: 'DESCRIBE on the cluster',
    });
  }
  return answer.resources
    .flatMap(({ acls, ...resource }) =>
      acls.map(acl => fromWire({ ...resource, ...acl })),
    )
    .sort((left, right) => (aclKey(left) < aclKey(right) ? -1 : 1));
}

/** Creates ACLs with one request; no error if one is there. Answers with failures by {@link aclKey}. */
export async function createAcls(
  client: KafkaClient,
  deadline: Deadline,
  acls: readonly Acl[],
): Promise<Map<string, ProviderError>> {
  if (acls.length === 0) {
    return new Map();
  }
  const { results } = await client.write(
    deadline,
    `create ${acls.length} ACLs`,
    createAclsV3.api,
    acls.map(toWire),
  );
  return failuresOf(acls, results, 'create');
}

/** Deletes exactly these ACLs with one request; no error if one is gone. Answers with failures by {@link aclKey}. */
export async function deleteAcls(
  client: KafkaClient,
  deadline: Deadline,
  acls: readonly Acl[],
): Promise<Map<string, ProviderError>> {
  if (acls.length === 0) {
    return new Map();
  }
  const { filterResults } = await client.write(
    deadline,
    `delete ${acls.length} ACLs`,
    deleteAclsV3.api,
    acls.map(toWire),
  );
  return failuresOf(
    acls,
    filterResults.map(
      result =>
        result.matchingAcls.find(
          ({ errorCode }) => errorCode !== ErrorCodes.NONE,
        ) ?? result,
    ),
    'delete',
  );
}

/** Identifies an ACL among others. */
export function aclKey(acl: Acl): string {
  return [
    acl.resourceType,
    acl.patternType,
    acl.resourceName,
    acl.principal,
    acl.host,
    acl.permission,
    acl.operation,
  ].join(' ');
}

/** An ACL as people read it: `ALLOW User:x WRITE on TOPIC orders (LITERAL)`. */
export function describeAcl(acl: Acl): string {
  const host = acl.host === '*' ? '' : ` from host ${acl.host}`;
  return `${acl.permission} ${acl.principal} ${acl.operation} on ${acl.resourceType} ${acl.resourceName} (${acl.patternType})${host}`;
}

/** `*` as a literal name stands for every name. */
export function isWildcard(acl: Acl): boolean {
  return acl.patternType === 'LITERAL' && acl.resourceName === '*';
}

/** The protocol answers in the order of the request, without names. */
function failuresOf(
  acls: readonly Acl[],
  results: readonly { errorCode: number; errorMessage?: string | null }[],
  verb: 'create' | 'delete',
): Map<string, ProviderError> {
  const failures = new Map<string, ProviderError>();
  results.forEach((result, index) => {
    if (result.errorCode !== ErrorCodes.NONE) {
      failures.set(
        aclKey(acls[index]),
        errorOf(result, {
          doing: `${verb} the ACL "${describeAcl(acls[index])}"`,
          mode: 'write',
          needs: NEEDS,
        }),
      );
    }
  });
  return failures;
}

function toWire(acl: Acl): WireAcl {
  return {
    resourceType: ResourceTypes[acl.resourceType],
    resourceName: acl.resourceName,
    resourcePatternType: ResourcePatternTypes[acl.patternType],
    principal: acl.principal,
    host: acl.host,
    operation: AclOperations[acl.operation],
    permissionType: AclPermissionTypes[acl.permission],
  };
}

function fromWire(acl: WireAcl): Acl {
  return {
    resourceType: nameOf(ResourceTypes, acl.resourceType),
    resourceName: acl.resourceName,
    patternType: nameOf(ResourcePatternTypes, acl.resourcePatternType),
    principal: acl.principal,
    host: acl.host,
    operation: nameOf(AclOperations, acl.operation),
    permission: nameOf(AclPermissionTypes, acl.permissionType),
  };
}

/** A number that a newer broker knows and this client does not is `UNKNOWN`. */
function nameOf<T extends { UNKNOWN: number }>(
  names: T,
  value: number,
): keyof T {
  const found = (Object.keys(names) as (keyof T)[]).find(
    name => names[name] === value,
  );
  return found ?? 'UNKNOWN';
}

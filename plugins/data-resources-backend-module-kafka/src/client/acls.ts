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

function byNumber<T extends { [name: string]: number }>(
  names: T,
): ReadonlyMap<number, keyof T> {
  return new Map(Object.entries(names).map(([name, value]) => [value, name]));
}

const RESOURCE_TYPES = byNumber(ResourceTypes);
const PATTERN_TYPES = byNumber(ResourcePatternTypes);
const OPERATIONS = byNumber(AclOperations);
const PERMISSIONS = byNumber(AclPermissionTypes);

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
  const resources = await readResources(client, deadline, filter);
  return resources
    .map(({ acls, ...wire }) => {
      const resource = resourceFromWire(wire);
      return { resource, key: resourceKey(resource), acls };
    })
    .sort((left, right) => compare(left.key, right.key))
    .flatMap(({ resource, acls }) =>
      acls.map(acl => fromWire(resource, acl)).sort(byHolder),
    );
}

/** The same as {@link aclKey}s, which takes a fraction of the time where there are thousands. */
export async function describeAclKeys(
  client: KafkaClient,
  deadline: Deadline,
  filter: AclFilter,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { acls, ...resource } of await readResources(
    client,
    deadline,
    filter,
  )) {
    const of = resourceKey(resourceFromWire(resource));
    for (const { principal, host, permissionType, operation } of acls) {
      found.add(
        `${of} ${holderKey({
          principal,
          host,
          permission: nameOf(PERMISSIONS, permissionType),
          operation: nameOf(OPERATIONS, operation),
        })}`,
      );
    }
  }
  return found;
}

async function readResources(
  client: KafkaClient,
  deadline: Deadline,
  filter: AclFilter,
) {
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
  return answer.resources;
}

/** Of ACLs on one resource, without a key for each: there are thousands. */
function byHolder(left: Acl, right: Acl): number {
  return (
    compare(left.principal, right.principal) ||
    compare(left.host, right.host) ||
    compare(left.permission, right.permission) ||
    compare(left.operation, right.operation)
  );
}

function compare(left: string, right: string): number {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
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

/** Keys that were asked for: of thousands of ACLs each is asked for again and again. */
const keys = new WeakMap<Acl, string>();

/** Identifies an ACL among others. */
export function aclKey(acl: Acl): string {
  let key = keys.get(acl);
  if (key === undefined) {
    key = `${resourceKey(acl)} ${holderKey(acl)}`;
    keys.set(acl, key);
  }
  return key;
}

/** Identifies an ACL among those on the same resource. */
export function holderKey({
  principal,
  host,
  permission,
  operation,
}: Pick<Acl, 'principal' | 'host' | 'permission' | 'operation'>): string {
  return `${principal} ${host} ${permission} ${operation}`;
}

function resourceKey({
  resourceType,
  patternType,
  resourceName,
}: Resource): string {
  return `${resourceType} ${patternType} ${resourceName}`;
}

/** An ACL as people read it: `ALLOW User:x WRITE on TOPIC orders (LITERAL)`. */
export function describeAcl(acl: Acl): string {
  const host = acl.host === '*' ? '' : ` from host ${acl.host}`;
  return `${acl.permission} ${acl.principal} ${acl.operation} on ${acl.resourceType} ${acl.resourceName} (${acl.patternType})${host}`;
}

/** As a literal name it stands for every name. */
export const WILDCARD = '*';

/** Whether it is about every name. */
export function isWildcard(acl: Acl): boolean {
  return acl.patternType === 'LITERAL' && acl.resourceName === WILDCARD;
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

type Resource = Pick<Acl, 'resourceType' | 'resourceName' | 'patternType'>;

function resourceFromWire({
  resourceType,
  resourceName,
  resourcePatternType,
}: Pick<
  WireAcl,
  'resourceType' | 'resourceName' | 'resourcePatternType'
>): Resource {
  return {
    resourceType: nameOf(RESOURCE_TYPES, resourceType),
    resourceName,
    patternType: nameOf(PATTERN_TYPES, resourcePatternType),
  };
}

function fromWire(
  { resourceType, resourceName, patternType }: Resource,
  acl: Pick<WireAcl, 'principal' | 'host' | 'operation' | 'permissionType'>,
): Acl {
  return {
    resourceType,
    resourceName,
    patternType,
    principal: acl.principal,
    host: acl.host,
    operation: nameOf(OPERATIONS, acl.operation),
    permission: nameOf(PERMISSIONS, acl.permissionType),
  };
}

/** A number that a newer broker knows and this client does not is `UNKNOWN`. */
function nameOf<T extends string | number | symbol>(
  names: ReadonlyMap<number, T>,
  value: number,
): T | 'UNKNOWN' {
  return names.get(value) ?? 'UNKNOWN';
}

import { aclKey, describeAclKeys } from '../../client/acls';
import type { Acl, AclFilter } from '../../client/acls';
import { readSharedAcls } from '../sharedAcls';
import type { StepTools } from './StepHandler';

/** Up to here asking several times is cheaper than reading every ACL of a type. */
const FEW = 8;

/** Answers which of the ACLs are there, as they were read in few calls. */
export async function readAcls(
  acls: readonly Acl[],
  { client, deadline }: StepTools,
): Promise<(acl: Acl) => boolean> {
  if (deadline.isShared) {
    const shared = await readSharedAcls(client, deadline);
    return acl => shared.has(acl);
  }
  const found = await Promise.all(
    fewest(acls).map(filter => describeAclKeys(client, deadline, filter)),
  );
  return acl => found.some(keys => keys.has(aclKey(acl)));
}

/** By their resources, or by who has them; all of a type where both are many. */
function fewest(acls: readonly Acl[]): AclFilter[] {
  const resources = distinct(
    acls.map(({ resourceType, resourceName, patternType }) => ({
      resourceType,
      resourceName,
      patternType,
    })),
  );
  if (resources.length <= FEW) {
    return resources;
  }
  const principals = distinct(
    acls.map(({ resourceType, principal }) => ({ resourceType, principal })),
  );
  return principals.length <= FEW ? principals : byType(acls);
}

function byType(acls: readonly Acl[]): AclFilter[] {
  return distinct(acls.map(({ resourceType }) => ({ resourceType })));
}

function distinct(filters: readonly AclFilter[]): AclFilter[] {
  return [
    ...new Map(
      filters.map(filter => [JSON.stringify(filter), filter] as const),
    ).values(),
  ];
}

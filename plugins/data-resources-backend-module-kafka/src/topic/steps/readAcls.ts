import { describeAclKeys } from '../../client/acls';
import type { Acl, AclFilter } from '../../client/acls';
import type { StepTools } from './StepHandler';

/** Up to here asking several times is cheaper than reading every ACL of a type. */
const FEW = 8;

/** Which of the ACLs are there, as keys, in few calls. */
export async function readAcls(
  acls: readonly Acl[],
  { client, deadline }: StepTools,
): Promise<ReadonlySet<string>> {
  const filters = deadline.isShared ? byType(acls) : fewest(acls);
  const found = await Promise.all(
    filters.map(async filter =>
      deadline.once(`ACLs ${JSON.stringify(filter)}`, () =>
        describeAclKeys(client, deadline, filter),
      ),
    ),
  );
  return found.length === 1
    ? found[0]
    : new Set(found.flatMap(set => [...set]));
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

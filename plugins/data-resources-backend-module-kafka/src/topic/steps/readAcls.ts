import { aclKey, describeAcls } from '../../client/acls';
import type { Acl } from '../../client/acls';
import type { StepTools } from './StepHandler';

/** Up to here asking per resource is cheaper than reading every ACL of a type. */
const FEW_RESOURCES = 8;

/** Which of the ACLs are there, as {@link aclKey}s, in few calls. */
export async function readAcls(
  acls: readonly Acl[],
  { client, deadline }: StepTools,
): Promise<ReadonlySet<string>> {
  const resources = new Map(
    acls.map(({ resourceType, resourceName, patternType }) => [
      `${resourceType} ${patternType} ${resourceName}`,
      { resourceType, resourceName, patternType },
    ]),
  );
  const filters =
    resources.size <= FEW_RESOURCES
      ? [...resources.values()]
      : [...new Set(acls.map(({ resourceType }) => resourceType))].map(
          resourceType => ({ resourceType }),
        );
  const found = await Promise.all(
    filters.map(filter => describeAcls(client, deadline, filter)),
  );
  return new Set(found.flat().map(aclKey));
}

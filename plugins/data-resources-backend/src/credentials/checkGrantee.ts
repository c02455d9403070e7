import { ConflictError } from '@backstage/errors';
import type { Workload } from '../catalog/CatalogDirectory';
import type { Grantee } from './readGrantee';

/** Throws `ConflictError` where a workload has no access to a resource that a credential could be for. */
export function checkGrantee(
  { resource, grants }: Grantee,
  { ref, uid, owner }: Workload,
): void {
  if (grants.length === 0) {
    throw new ConflictError(
      `${ref} has no active grant on ${resource.name}; ask for one first`,
    );
  }
  if (
    !grants.some(
      grant => grant.principal_uid === uid && grant.principal_owner === owner,
    )
  ) {
    throw new ConflictError(
      `${ref} is another component, or has another owner, than when its access to ${resource.name} was approved; ask for the grant anew`,
    );
  }
  if (resource.phase !== 'ready' && resource.phase !== 'degraded') {
    throw new ConflictError(
      `${resource.name} is ${resource.phase}; credentials are issued while it is ready`,
    );
  }
}

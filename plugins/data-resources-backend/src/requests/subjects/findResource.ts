import { ConflictError, NotAllowedError } from '@backstage/errors';
import type { ResourceRow } from '../../database/rows';
import { noSuchResource } from '../noSuchSubject';
import type { LedgerGrant, Subject } from '../Subject';
import { loginOn, type Asking, type SubjectSources } from './SubjectSources';

/** What all subjects have in common that are about a resource in the ledger. */
export interface FoundResource {
  base: Omit<Subject, 'input' | 'planAction' | 'grants' | 'sides'> & {
    resource: ResourceRow;
  };
  /** Its grants that have not ended. */
  ledger: LedgerGrant[];
}

/** Throws `RequestInputError` where there is none, or it is gone. */
export async function findResource(
  resourceId: string,
  { requestedBy, requesterGroups }: Asking,
  sources: SubjectSources,
): Promise<FoundResource> {
  const resource = await sources.ledger.resource(resourceId);
  if (!resource || resource.phase === 'deleted') {
    throw noSuchResource(resourceId);
  }
  const instance = sources.instances.get(resource.instance);
  const type = instance?.types.find(({ type: name }) => name === resource.type);
  if (!instance || !type) {
    throw new ConflictError(
      `${resource.name} is on instance ${resource.instance}, which is not configured any more`,
    );
  }
  const live = await sources.ledger.liveGrants(resource.id);
  return {
    ledger: live.map(grant => ({
      ...grant,
      login: loginOn(instance, grant.principal, sources),
    })),
    base: {
      requestedBy,
      requesterGroups,
      instance,
      type,
      name: resource.name,
      owner: resource.owner,
      system: resource.system ?? undefined,
      resource,
      ...(type.claims
        ? { held: await sources.ledger.heldPrefixes(resource.id) }
        : {}),
    },
  };
}

/** Throws `NotAllowedError` for who is neither of the owner group nor of platform. */
export function mustBelong(
  resource: ResourceRow,
  { requesterGroups }: Asking,
  { platformGroup }: SubjectSources,
): void {
  if (
    !requesterGroups.has(resource.owner) &&
    !requesterGroups.has(platformGroup)
  ) {
    throw new NotAllowedError(
      `${resource.name} belongs to ${resource.owner}; only its direct members and ${platformGroup} may ask for this`,
    );
  }
}

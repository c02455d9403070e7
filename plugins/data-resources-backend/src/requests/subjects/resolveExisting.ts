import type { ResourceRow } from '../../database/rows';
import {
  parseSpec,
  type DeleteRequestInput,
  type UpdateRequestInput,
} from '../input';
import type { Subject } from '../Subject';
import { checkPhase } from '../subjectChecks';
import { findResource, mustBelong } from './findResource';
import type { Asking, SubjectSources } from './SubjectSources';

/** Of a request to change a resource's spec. */
export async function resolveUpdate(
  input: UpdateRequestInput,
  asking: Asking,
  sources: SubjectSources,
): Promise<Subject> {
  const { base, ledger } = await findResource(
    input.resourceId,
    asking,
    sources,
  );
  const { resource, type } = base;
  mustBelong(resource, asking, sources);
  checkPhase(resource, ['ready', 'degraded']);
  const spec = parseSpec(type, input.spec);
  return {
    ...base,
    input: { ...input, spec },
    planAction: 'update',
    desired: spec,
    grants: { add: [], remove: [], keep: ledger },
    sides: { resourceOwner: resource.owner },
  };
}

/** Of a request to delete a resource: into quarantine first, where that protects anybody. */
export async function resolveDelete(
  input: DeleteRequestInput,
  asking: Asking,
  sources: SubjectSources,
): Promise<Subject> {
  const { base, ledger } = await findResource(
    input.resourceId,
    asking,
    sources,
  );
  const { resource } = base;
  mustBelong(resource, asking, sources);
  checkPhase(resource, [
    'ready',
    'degraded',
    'quarantined',
    'failed',
    'deleting',
  ]);
  return quarantinesFirst(resource)
    ? {
        ...base,
        input,
        planAction: 'quarantine',
        suspended: ledger,
        grants: { add: [], remove: [], keep: ledger },
        sides: { resourceOwner: resource.owner },
      }
    : {
        ...base,
        input,
        planAction: 'delete',
        forgets: wasNeverTakenOver(resource),
        grants: { add: [], remove: ledger, keep: [] },
        sides: { resourceOwner: resource.owner },
      };
}

/** Of a request to take a resource out of its quarantine. */
export async function resolveRestore(
  input: DeleteRequestInput,
  asking: Asking,
  sources: SubjectSources,
): Promise<Subject> {
  const { base, ledger } = await findResource(
    input.resourceId,
    asking,
    sources,
  );
  const { resource } = base;
  mustBelong(resource, asking, sources);
  checkPhase(resource, ['quarantined']);
  return {
    ...base,
    input,
    planAction: 'restore',
    desired: resource.spec,
    suspended: ledger,
    grants: { add: [], remove: [], keep: ledger },
    sides: { resourceOwner: resource.owner },
  };
}

/** An adoption that failed halfway must not be a way to lose what others made. */
function wasNeverTakenOver(resource: ResourceRow): boolean {
  return (
    resource.access_baseline !== null && resource.observed_generation === 0
  );
}

/**
 * What was never ready has nothing that anybody could miss; what is in quarantine already, or was
 * on its way out of it, goes for good.
 */
function quarantinesFirst(resource: ResourceRow): boolean {
  return resource.phase === 'ready' || resource.phase === 'degraded';
}

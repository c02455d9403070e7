import { NotAllowedError } from '@backstage/errors';
import type { AdoptRequestInput } from '../input';
import type { Subject } from '../Subject';
import { findOwners, findPlace } from './findPlace';
import type { Asking, SubjectSources } from './SubjectSources';

/**
 * Of a request that takes over what nobody manages. Its spec is what the engine has, so that it is
 * known only once the engine was looked at.
 */
export async function resolveAdopt(
  input: AdoptRequestInput,
  { requestedBy, requesterGroups, madeId, inBulk }: Asking,
  sources: SubjectSources,
): Promise<Subject> {
  const { platformGroup } = sources;
  const place = findPlace(input, sources);
  if (!requesterGroups.has(platformGroup)) {
    throw new NotAllowedError(
      `Only direct members of ${platformGroup} ask for an adoption; you are none. Tell them what should be taken over`,
    );
  }
  const members = await findOwners(input, sources);
  const ownersCanDecide = members.some(member => member !== requestedBy);
  return {
    input,
    requestedBy,
    requesterGroups,
    ...place,
    name: input.name,
    owner: input.owner,
    system: input.system,
    resource: madeId ? await sources.ledger.resource(madeId) : undefined,
    planAction: 'adopt',
    grants: { add: [], remove: [], keep: [] },
    sides: {
      resourceOwner: input.owner,
      adopter: inBulk || !ownersCanDecide ? platformGroup : input.owner,
    },
  };
}

import { NotAllowedError } from '@backstage/errors';
import { RequestInputError, type CreateRequestInput } from '../input';
import type { NewGrant, Subject } from '../Subject';
import { checkRole } from '../subjectChecks';
import { findOrigin } from './findOrigin';
import { findOwners, findPlace, type Place } from './findPlace';
import { loginOn, type Asking, type SubjectSources } from './SubjectSources';

/** Of a request for something new. */
export async function resolveCreate(
  input: CreateRequestInput,
  asking: Asking,
  sources: SubjectSources,
): Promise<Subject> {
  const { requestedBy, requesterGroups, madeId } = asking;
  const place = findPlace(input, sources);
  await findOwners(input, sources);
  if (
    !requesterGroups.has(input.owner) &&
    !requesterGroups.has(sources.platformGroup)
  ) {
    throw new NotAllowedError(
      `You may ask for resources of your own groups only; you are no direct member of ${input.owner}`,
    );
  }
  return {
    input,
    requestedBy,
    requesterGroups,
    ...place,
    name: input.name,
    owner: input.owner,
    system: input.system,
    resource: madeId ? await sources.ledger.resource(madeId) : undefined,
    origin: await findOrigin(input, place, sources),
    desired: input.spec,
    planAction: 'create',
    grants: {
      add: await grantsOf(input, place, asking, sources),
      remove: [],
      keep: [],
    },
    sides: { resourceOwner: input.owner },
  };
}

async function grantsOf(
  { grants, spec }: CreateRequestInput,
  { instance, type }: Place,
  { requesterGroups }: Asking,
  sources: SubjectSources,
): Promise<NewGrant[]> {
  const workloads = await sources.directory.workloads(
    (grants ?? []).map(({ principal }) => principal),
  );
  return (grants ?? []).map((grant, index) => {
    const path = `grants[${index}]`;
    checkRole(type, spec, grant.role, `${path}.role`);
    const workload = workloads.get(grant.principal);
    if (!workload) {
      throw new RequestInputError(
        `${path}.principal is ${grant.principal}, and the catalog has no such component with an owner`,
        { path: `${path}.principal` },
      );
    }
    if (!requesterGroups.has(workload.owner)) {
      throw new RequestInputError(
        `${path}.principal is ${grant.principal}, which belongs to ${workload.owner}; a create may name components of your own groups only. Ask for the grant once the resource is there`,
        { path: `${path}.principal` },
      );
    }
    return {
      principal: grant.principal,
      role: grant.role,
      login: loginOn(instance, grant.principal, sources),
      uid: workload.uid,
      owner: workload.owner,
    };
  });
}

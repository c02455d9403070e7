import { ConflictError, NotAllowedError } from '@backstage/errors';
import type { ManagedInstance } from '../../instances/ManagedInstance';
import {
  RequestInputError,
  type GrantRequestInput,
  type RevokeRequestInput,
} from '../input';
import type { NewGrant, Subject } from '../Subject';
import { checkPhase, checkRole } from '../subjectChecks';
import { findResource } from './findResource';
import { loginOn, type Asking, type SubjectSources } from './SubjectSources';

/** Of a request for access to a resource. */
export async function resolveGrant(
  input: GrantRequestInput,
  asking: Asking,
  sources: SubjectSources,
): Promise<Subject> {
  const { requesterGroups } = asking;
  const { base, ledger } = await findResource(
    input.resourceId,
    asking,
    sources,
  );
  const { resource, type, instance } = base;
  checkPhase(resource, ['ready', 'degraded']);
  checkRole(type, resource.spec, input.role, 'role');
  const added = await newGrant(input, instance, sources);
  const same = ledger.find(
    other => other.principal === added.principal && other.role === added.role,
  );
  // Another uid or owner than the approved one gets no credentials: asking anew is how
  // the new owner is approved.
  if (
    same?.state === 'active' &&
    same.uid === added.uid &&
    same.owner === added.owner
  ) {
    throw new ConflictError(
      `${added.principal} is ${added.role} of ${resource.name} already`,
    );
  }
  if (
    !requesterGroups.has(added.owner) &&
    !requesterGroups.has(resource.owner)
  ) {
    throw new NotAllowedError(
      `A grant is asked for by the group that owns the principal (${added.owner}) or the resource (${resource.owner}); you are a direct member of neither`,
    );
  }
  return {
    ...base,
    input,
    desired: resource.spec,
    planAction: 'grant',
    grants: {
      add: [added],
      remove: [],
      keep: ledger.filter(other => other !== same),
    },
    sides: { resourceOwner: resource.owner, principalOwner: added.owner },
  };
}

/** Of a request to take access away. */
export async function resolveRevoke(
  input: RevokeRequestInput,
  asking: Asking,
  sources: SubjectSources,
): Promise<Subject> {
  const grant = await sources.ledger.grant(input.grantId);
  const { base, ledger } = await findResource(
    grant.resource_id,
    asking,
    sources,
  );
  const { resource } = base;
  checkPhase(resource, ['ready', 'degraded']);
  const removed = ledger.find(({ id }) => id === grant.id);
  if (!removed) {
    throw new ConflictError('That grant has ended already');
  }
  const allowed = [resource.owner, removed.owner, sources.platformGroup];
  if (!allowed.some(group => asking.requesterGroups.has(group))) {
    throw new NotAllowedError(
      `A grant is revoked by a member of one of ${allowed.join(', ')}`,
    );
  }
  return {
    ...base,
    input,
    desired: resource.spec,
    planAction: 'revoke',
    grants: {
      add: [],
      remove: [removed],
      keep: ledger.filter(({ id }) => id !== removed.id),
    },
    sides: { resourceOwner: resource.owner, principalOwner: removed.owner },
  };
}

async function newGrant(
  input: GrantRequestInput,
  instance: ManagedInstance,
  sources: SubjectSources,
): Promise<NewGrant> {
  const workload = (await sources.directory.workloads([input.principal])).get(
    input.principal,
  );
  if (!workload) {
    throw new RequestInputError(
      `principal is ${input.principal}, and the catalog has no such component with an owner`,
      { path: 'principal' },
    );
  }
  return {
    principal: input.principal,
    role: input.role,
    login: loginOn(instance, input.principal, sources),
    uid: workload.uid,
    owner: workload.owner,
  };
}

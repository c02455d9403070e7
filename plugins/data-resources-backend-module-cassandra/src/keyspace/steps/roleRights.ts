import {
  ProviderError,
  SharedReads,
  type StepCall,
} from '@data-resources/plugin-data-resources-node';
import { createRole, grantRoleRightsTo } from '../../cql/statements';
import { provesOwnership } from '../../roles/roleState';
import { settleAll } from '../../session/settleAll';
import { assertRightsCanBeWritten } from './assertRightsCanBeWritten';
import { awaitCreated } from './createdRights';
import type { StepKind } from './StepArgs';
import {
  CONCURRENT_WRITES,
  type KeyspaceCall,
  seenBefore,
  type StepTools,
} from './StepHandler';

/** A role as a step sees it. */
export interface SeenRole {
  name: string;
  exists: boolean;
  /** We hold what only its creator was given. */
  made: boolean;
  superuser: boolean;
}

/** Reads roles, and of those that there are whether we made them. */
export async function seeRoles(
  names: readonly string[],
  { reads, together }: StepTools,
): Promise<SeenRole[]> {
  return Promise.all(
    names.map(async name => {
      // One that has many memberships takes the server long, and many steps may be about it.
      const state = await together.once(`role ${name}`, () => reads.role(name));
      return {
        name,
        exists: state !== undefined,
        made: Boolean(state) && provesOwnership(await reads.ownOnRole(name)),
        superuser: state?.superuser ?? false,
      };
    }),
  );
}

/** As {@link seeRoles}, for roles that we may be just about to have made. */
export async function seeCreatedRoles(
  names: readonly string[],
  call: Pick<KeyspaceCall<StepKind>, 'acknowledged'>,
  tools: StepTools,
): Promise<SeenRole[]> {
  if (call.acknowledged) {
    // Given after the role was made, as one that is no superuser.
    const made = await Promise.all(
      names.map(async name =>
        provesOwnership(await tools.reads.ownOnRole(name)),
      ),
    );
    if (made.every(Boolean)) {
      return names.map(name => ({
        name,
        exists: true,
        made: true,
        superuser: false,
      }));
    }
  }
  return awaitCreated(
    () => seeRoles(names, { ...tools, together: new SharedReads() }),
    seen => seen.every(({ exists, made }) => !exists || made),
    tools.deadline,
  );
}

/** Creates those of the roles that the check did not see. */
export async function createMissing(
  names: readonly string[],
  call: Pick<StepCall, 'intent'>,
  tools: StepTools,
  dataCenters?: readonly string[],
): Promise<void> {
  const { session, deadline, together } = tools;
  const existing = new Set(seenBefore(call, 'existing'));
  const missing = names.filter(name => !existing.has(name));
  await assertRightsCanBeWritten(
    missing.flatMap(name => [name, `roles/${name}`]),
    tools,
  );
  await settleAll(missing, CONCURRENT_WRITES, name =>
    together.once(`create ${name}`, () =>
      session.write(createRole(name, dataCenters), deadline),
    ),
  );
}

/** Somebody else's role stands where one of ours should be. */
export function foreignRole(name: string, provisioner: string): ProviderError {
  return new ProviderError(
    'Conflict',
    `The role "${name}" exists already, and the portal's role "${provisioner}" has no ALTER and DROP on it: somebody else made it, or the node that made it for the portal died before it gave them. An administrator drops it, or, if it is the portal's, runs: ${grantRoleRightsTo(
      name,
      provisioner,
    )}; and this is tried again`,
  );
}

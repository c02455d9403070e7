import {
  ProviderError,
  SharedReads,
  type StepCall,
} from '@data-resources/plugin-data-resources-node';
import { createRole, grantRoleRightsTo } from '../../cql/statements';
import { provesOwnership, type RoleState } from '../../roles/roleState';
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
  /** Undefined when there is no such role. */
  state?: RoleState;
  /** We hold what only its creator was given. */
  made: boolean;
}

/** Reads roles, and of those that there are whether we made them. */
export function seeRoles(
  names: readonly string[],
  tools: StepTools,
): Promise<SeenRole[]> {
  return Promise.all(names.map(name => seeRole(name, tools)));
}

async function seeRole(
  name: string,
  { reads, together }: StepTools,
): Promise<SeenRole> {
  // One that has many memberships takes the server long, and many steps may be about it.
  const state = await together.once(`role ${name}`, () => reads.role(name));
  return {
    name,
    state,
    made: Boolean(state) && provesOwnership(await reads.ownOnRole(name)),
  };
}

/** As {@link seeRoles}, for roles that we may be just about to have made. */
export async function seeCreatedRoles(
  names: readonly string[],
  call: Pick<KeyspaceCall<StepKind>, 'acknowledged' | 'intent'>,
  tools: StepTools,
): Promise<SeenRole[]> {
  if (call.acknowledged) {
    const before = new Set(seenBefore(call, 'existing'));
    const seen = await Promise.all(
      names.map(name =>
        before.has(name) ? seeRole(name, tools) : seeNewRole(name, tools),
      ),
    );
    if (seen.every(({ made }) => made)) {
      return seen;
    }
  }
  return awaitCreated(
    () => seeRoles(names, { ...tools, together: new SharedReads() }),
    seen => seen.every(({ state, made }) => !state || made),
    tools.deadline,
  );
}

/** One that the server has made as it was asked to: what its maker is given with it comes last. */
async function seeNewRole(
  name: string,
  { reads }: StepTools,
): Promise<SeenRole> {
  return {
    name,
    state: { login: false, superuser: false, memberOf: [] },
    made: provesOwnership(await reads.ownOnRole(name)),
  };
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

/** A role of ours that may have members, from before all that is recorded. */
export function unrecorded(role: string): ProviderError {
  return new ProviderError(
    'Conflict',
    `The role "${role}" exists already, and nothing is recorded of the keyspace that it would belong to. An administrator drops it, or another name is chosen`,
  );
}

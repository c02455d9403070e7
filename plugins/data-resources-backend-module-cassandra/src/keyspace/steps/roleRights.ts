import {
  ProviderError,
  type StepCall,
} from '@data-resources/plugin-data-resources-node';
import { createRole, grantRoleRightsTo } from '../../cql/statements';
import { provesOwnership, type RoleState } from '../../roles/RoleReader';
import { settleAll } from '../../session/settleAll';
import { assertRightsCanBeWritten } from './assertRightsCanBeWritten';
import { awaitCreated } from './createdRights';
import { CONCURRENT_WRITES, seenBefore, type StepTools } from './StepHandler';

/** A role as a step sees it. */
export interface SeenRole {
  name: string;
  /** Undefined when there is no such role. */
  state?: RoleState;
  /** We hold what only its creator was given. */
  made: boolean;
}

/** Reads roles and whether we made them. */
export async function seeRoles(
  names: readonly string[],
  { roles, deadline }: StepTools,
): Promise<SeenRole[]> {
  const [states, own] = await Promise.all([
    settleAll(names, CONCURRENT_WRITES, name => roles.role(name, deadline)),
    roles.ownOnRoles(names, deadline),
  ]);
  return names.map((name, index) => ({
    name,
    state: states[index],
    made: Boolean(states[index]) && provesOwnership(own.get(name)),
  }));
}

/** As {@link seeRoles}, for roles that we may be just about to have made. */
export function seeCreatedRoles(
  names: readonly string[],
  tools: StepTools,
): Promise<SeenRole[]> {
  return awaitCreated(
    () => seeRoles(names, tools),
    seen => seen.every(({ state, made }) => !state || made),
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

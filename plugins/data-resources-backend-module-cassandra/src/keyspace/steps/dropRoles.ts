import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { dropRole } from '../../cql/statements';
import { settleAll } from '../../session/settleAll';
import { seeRoles } from './roleRights';
import { assertRightsCanBeWritten } from './assertRightsCanBeWritten';
import {
  CONCURRENT_WRITES,
  ROLE_BATCH,
  seenBefore,
  type StepHandler,
  type StepTools,
} from './StepHandler';
import { unlessGone } from './unlessGone';

/** Drops the group roles of a keyspace that was ours, as far as we made them. */
export const dropGroupRoles: StepHandler<'drop-group-roles'> = {
  batchSize: ROLE_BATCH,
  check: async ({ object, args }, tools) =>
    object.identity ? ourRoles(args.roles, tools) : { state: 'satisfied' },
  act: drop,
};

/** Drops both logins of a principal when no grant needs them any more. */
export const releaseLogins: StepHandler<'release-logins'> = {
  batchSize: ROLE_BATCH,
  check: async ({ args, loginInUse }, tools) =>
    // Not knowing counts as in use.
    loginInUse === false
      ? ourRoles(args.logins, tools)
      : { state: 'satisfied' },
  act: drop,
};

/** What others made in place of ours is left alone. */
async function ourRoles(
  names: readonly string[],
  tools: StepTools,
): Promise<StepCheck> {
  const made = (await seeRoles(names, tools)).filter(role => role.made);
  return made.length === 0
    ? { state: 'satisfied' }
    : {
        state: 'pending',
        evidence: { existing: made.map(({ name }) => name) },
      };
}

async function drop(
  call: Pick<StepCall, 'intent'>,
  tools: StepTools,
): Promise<void> {
  const { session, roles, deadline } = tools;
  const existing = seenBefore(call, 'existing');
  await assertRightsCanBeWritten(
    existing.flatMap(name => [name, `roles/${name}`]),
    tools,
  );
  await settleAll(existing, CONCURRENT_WRITES, name =>
    unlessGone(
      session.write(dropRole(name), deadline),
      async () => (await roles.role(name, deadline)) === undefined,
    ),
  );
}

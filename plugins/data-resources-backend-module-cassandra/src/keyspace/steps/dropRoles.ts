import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { createRole, dropRole } from '../../cql/statements';
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

/** So often it is tried to have Cassandra take the permissions of a role that is gone: it may have lost track of them. */
const ATTEMPTS = 3;

/** Drops the group roles of a keyspace that was ours, as far as we made them. */
export const dropGroupRoles: StepHandler<'drop-group-roles'> = {
  batchSize: ROLE_BATCH,
  check: async ({ object, args, intent }, tools) =>
    object.identity
      ? ourRoles(args.roles, intent, tools)
      : { state: 'satisfied' },
  act: drop,
};

/** Drops both logins of a principal when no grant needs them any more. */
export const releaseLogins: StepHandler<'release-logins'> = {
  batchSize: ROLE_BATCH,
  check: async ({ args, intent, loginInUse }, tools) =>
    // Not knowing counts as in use.
    loginInUse === false
      ? ourRoles(args.logins, intent, tools)
      : { state: 'satisfied' },
  act: drop,
};

/**
 * What others made in place of ours is left alone. The server drops a role before its permissions and those on
 * it, and says nothing where it could not do that as well: they would wait for the next role of that name.
 */
async function ourRoles(
  names: readonly string[],
  intent: StepCall['intent'],
  tools: StepTools,
): Promise<StepCheck> {
  const seen = await seeRoles(names, tools);
  const existing = seen.filter(({ made }) => made);
  const gone = intent ? seen.filter(({ state }) => !state) : [];
  const left = await Promise.all(
    gone.map(async ({ name }) =>
      (await tools.reads.isLeftOf(name)) ? [name] : [],
    ),
  ).then(found => found.flat());
  if (existing.length + left.length === 0) {
    return { state: 'satisfied' };
  }
  if (existing.length === 0 && intent!.attempt > ATTEMPTS) {
    return { state: 'satisfied', note: leftBehind(left) };
  }
  return {
    state: 'pending',
    evidence: { existing: existing.map(({ name }) => name), left },
  };
}

async function drop(
  call: Pick<StepCall, 'intent'>,
  tools: StepTools,
): Promise<void> {
  const { session, roles, deadline } = tools;
  const left = seenBefore(call, 'left');
  const all = [...seenBefore(call, 'existing'), ...left];
  await assertRightsCanBeWritten(
    all.flatMap(name => [name, `roles/${name}`]),
    tools,
  );
  // Nothing but the drop of a role takes these permissions.
  await settleAll(left, CONCURRENT_WRITES, name =>
    session.write(createRole(name), deadline),
  );
  await settleAll(all, CONCURRENT_WRITES, name =>
    unlessGone(
      session.write(dropRole(name), deadline),
      async () => (await roles.role(name, deadline)) === undefined,
    ),
  );
}

function leftBehind(roles: readonly string[]): string {
  return `The roles ${roles.join(
    ', ',
  )} are gone, and Cassandra has kept permissions of them or on them, which would hold for new roles of these names. An administrator deletes the rows in system_auth.role_permissions that name them in role or in resource`;
}

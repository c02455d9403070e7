import type { StepCall } from '@data-resources/plugin-data-resources-node';
import type { Acl } from '../../client/acls';
import { deleteScramRecords, describeScramRecords } from '../../client/scram';
import { unneededLoginAcls } from '../roleAcls';
import { checkAcls, sendAcls } from './aclSteps';
import { awaitEffect } from './awaitEffect';
import { failuresOf, readQuotas, removeQuotas } from './ensureQuotas';
import type { StepArgs } from './StepArgs';
import type { StepHandler } from './StepHandler';

/**
 * Removes what belongs to logins themselves: all of it where no other grant needs them, else the
 * ACLs that none of the roles of the other grants needs.
 */
export const releaseLogin: StepHandler = {
  batchSize: 200,

  async check(steps, tools) {
    const [checks, quotas, records] = await Promise.all([
      checkAcls(steps.map(leaving), tools, 'absent'),
      readQuotas(steps.flatMap(limitedUsers), tools),
      describeScramRecords(
        tools.client,
        tools.deadline,
        steps.flatMap(leavingUsers),
      ),
    ]);
    for (const step of steps) {
      if (
        leavingUsers(step).some(user => records.get(user)?.length) ||
        limitedUsers(step).some(user => quotas.has(user))
      ) {
        checks.set(step.key, { state: 'pending', evidence: {} });
      }
    }
    return checks;
  },

  async act(steps, tools) {
    // Logins first: whoever still uses one is out before the rest goes.
    const kept = await deleteScramRecords(
      tools.client,
      tools.deadline,
      steps.flatMap(leavingUsers),
    );
    const limited = await removeQuotas(steps.flatMap(limitedUsers), tools);
    const left = await sendAcls(steps.map(leaving), tools, 'absent');
    const failures = new Map([
      ...left,
      ...failuresOf(steps, limitedUsers, limited),
      ...failuresOf(steps, leavingUsers, kept),
    ]);
    const answers = await awaitEffect(
      steps.filter(({ key }) => !failures.has(key)),
      tools,
      { check: open => releaseLogin.check(open, tools) },
    );
    return new Map([...answers, ...failures]);
  },
};

/** The step with the ACLs that really go. */
function leaving(step: StepCall): StepCall {
  const args = step.args as StepArgs['release-login'];
  return { ...step, args: { ...args, acls: leavingAcls(args.acls, step) } };
}

/** Those of a login's own ACLs that no other grant needs. */
export function leavingAcls(
  acls: readonly Acl[],
  { loginInUse, loginRoles }: Pick<StepCall, 'loginInUse' | 'loginRoles'>,
): Acl[] {
  if (loginInUse === false) {
    return [...acls];
  }
  return loginRoles ? unneededLoginAcls(acls, loginRoles) : [];
}

function leavingUsers({ loginInUse, args }: StepCall): string[] {
  return loginInUse === false ? (args as StepArgs['release-login']).users : [];
}

/** Users whose quotas go as well. */
function limitedUsers(step: StepCall): string[] {
  return (step.args as StepArgs['release-login']).quotas
    ? leavingUsers(step)
    : [];
}

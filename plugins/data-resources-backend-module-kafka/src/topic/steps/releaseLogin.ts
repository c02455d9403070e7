import type {
  ProviderError,
  StepCall,
} from '@data-resources/plugin-data-resources-node';
import { deleteScramRecords, describeScramRecords } from '../../client/scram';
import { checkAcls, takeAcls } from './aclSteps';
import type { StepArgs } from './StepArgs';
import type { StepHandler } from './StepHandler';

/** Removes what belongs to logins themselves, where no other grant needs them. */
export const releaseLogin: StepHandler = {
  batchSize: 200,

  async check(steps, tools) {
    const unused = steps.filter(({ loginInUse }) => loginInUse === false);
    const [checks, records] = await Promise.all([
      checkAcls(unused, tools, 'absent'),
      describeScramRecords(
        tools.client,
        tools.deadline,
        unused.flatMap(usersOf),
      ),
    ]);
    for (const step of steps) {
      if (step.loginInUse !== false) {
        checks.set(step.key, { state: 'satisfied' });
      } else if (usersOf(step).some(user => records.get(user)?.length)) {
        checks.set(step.key, { state: 'pending', evidence: {} });
      }
    }
    return checks;
  },

  async act(steps, tools) {
    // Logins first: whoever still uses one is out before the rest goes.
    const failures = await deleteScramRecords(
      tools.client,
      tools.deadline,
      steps.flatMap(usersOf),
    );
    const failed = await takeAcls(steps, tools);
    for (const step of steps) {
      const user = usersOf(step).find(candidate => failures.has(candidate));
      if (user) {
        failed.set(step.key, failures.get(user) as ProviderError);
      }
    }
    return failed;
  },
};

function usersOf(step: StepCall): string[] {
  return (step.args as StepArgs['release-login']).users;
}

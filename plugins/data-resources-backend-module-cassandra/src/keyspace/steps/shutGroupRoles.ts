import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import { disableLogin } from '../../cql/statements';
import { settleAll } from '../../session/settleAll';
import {
  CONCURRENT_WRITES,
  ROLE_BATCH,
  seenBefore,
  type StepHandler,
} from './StepHandler';
import { foreignRole, seeRoles } from './roleRights';

/** Nobody is to log in as a group role: its members stand for it. */
export const shutGroupRoles: StepHandler<'shut-group-roles'> = {
  batchSize: ROLE_BATCH,

  async check({ args }, tools): Promise<StepCheck> {
    const open = (await seeRoles(args.roles, tools)).filter(
      ({ state }) => state?.login,
    );
    const foreign = open.find(({ made }) => !made);
    if (foreign) {
      return {
        state: 'failed',
        error: foreignRole(foreign.name, tools.session.username),
      };
    }
    return open.length === 0
      ? { state: 'satisfied' }
      : { state: 'pending', evidence: { open: open.map(({ name }) => name) } };
  },

  async act(call, { session, deadline }): Promise<void> {
    await settleAll(seenBefore(call, 'open'), CONCURRENT_WRITES, role =>
      session.write(disableLogin(role), deadline),
    );
  },
};

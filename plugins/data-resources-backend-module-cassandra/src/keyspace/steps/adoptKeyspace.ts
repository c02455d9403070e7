import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import { proveAdopted } from './proveOurs';
import { ROLE_BATCH, type StepHandler } from './StepHandler';

/**
 * The last step of an adoption: the keyspace is the one that was planned for, and the portal may
 * do all that its maker may. There is nothing to write, for that is what marks a keyspace as ours.
 */
export const adoptKeyspace: StepHandler<'adopt-keyspace'> = {
  batchSize: ROLE_BATCH,

  async check({ object, args }, tools): Promise<StepCheck> {
    const proof = await proveAdopted(object, args, tools);
    if (proof.error) {
      return { state: 'failed', error: proof.error };
    }
    return {
      state: 'satisfied',
      identity: object.identity?.keyspace
        ? proof.identity
        : { keyspace: object.name, definedAt: proof.row.definedAt },
    };
  },

  // Never pending.
  act: async () => {},
};

import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import { proveAdopted } from './proveOurs';
import { seeRoles, unrecorded } from './roleRights';
import { ROLE_BATCH, type StepHandler } from './StepHandler';

/**
 * The first step of an adoption: group roles that are there from now on are its own, however the step ended that
 * was to make them, and go when it is given up. Those that are there before may have members, who would get in.
 */
export const beginAdoption: StepHandler<'begin-adoption'> = {
  batchSize: ROLE_BATCH,

  async check({ object, args }, tools): Promise<StepCheck> {
    const { keyspace, roles } = args;
    const [proof, seen] = await Promise.all([
      proveAdopted(object, args, tools),
      object.identity?.adopted === keyspace ? [] : seeRoles(roles, tools),
    ]);
    if (proof.error) {
      return { state: 'failed', error: proof.error };
    }
    const existing = seen.find(({ state }) => state);
    return existing
      ? { state: 'failed', error: unrecorded(existing.name) }
      : { state: 'satisfied', identity: { adopted: keyspace } };
  },

  // Never pending.
  act: async () => {},
};

import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import { proveHeld } from './proveOurs';
import {
  createMissing,
  foreignRole,
  seeCreatedRoles,
  seeRoles,
  unrecorded,
} from './roleRights';
import { ROLE_BATCH, type StepHandler } from './StepHandler';

/**
 * Group roles belong to the keyspace of their name. That it is ours is recorded by now, and
 * that we made the roles is told by what we hold on them.
 */
export const createGroupRoles: StepHandler<'create-group-roles'> = {
  batchSize: ROLE_BATCH,

  async check(call, tools): Promise<StepCheck> {
    const { object, args, intent } = call;
    const prove = () => proveHeld(object, args.adopts, tools);
    // Most often it is to be done when it is first looked at, and needs the proof.
    const [seen, proof] = intent
      ? [await seeCreatedRoles(args.roles, call, tools)]
      : await Promise.all([seeRoles(args.roles, tools), prove()]);
    const existing = seen.filter(({ state }) => state);
    const foreign = existing.find(({ made }) => !made);
    if (foreign) {
      return {
        state: 'failed',
        error: foreignRole(foreign.name, tools.session.username),
      };
    }
    if (existing.length > 0 && !intent && !object.identity) {
      return { state: 'failed', error: unrecorded(existing[0].name) };
    }
    if (existing.length === seen.length) {
      return {
        state: 'satisfied',
        identity: args.adopts && { adopted: args.adopts.keyspace },
      };
    }
    const { error } = proof ?? (await prove());
    return error
      ? { state: 'failed', error }
      : {
          state: 'pending',
          evidence: { existing: existing.map(({ name }) => name) },
        };
  },

  act: (call, tools) => createMissing(call.args.roles, call, tools),
};

import {
  ProviderError,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import {
  createMissing,
  foreignRole,
  seeCreatedRoles,
  seeRoles,
} from './roleRights';
import { ROLE_BATCH, type StepHandler } from './StepHandler';

/** The logins of a principal are shared by all its grants: there and ours is enough. */
export const ensureLogins: StepHandler<'ensure-logins'> = {
  batchSize: ROLE_BATCH,

  async check({ args, ...call }, tools): Promise<StepCheck> {
    const seen = call.intent
      ? await seeCreatedRoles(args.logins, call, tools)
      : await seeRoles(args.logins, tools);
    const existing = seen.filter(({ state }) => state);
    for (const { name, state, made } of existing) {
      if (!made) {
        return {
          state: 'failed',
          error: foreignRole(name, tools.session.username),
        };
      }
      if (state!.superuser) {
        return { state: 'failed', error: superuser(name) };
      }
    }
    return existing.length === seen.length
      ? { state: 'satisfied' }
      : {
          state: 'pending',
          evidence: { existing: existing.map(({ name }) => name) },
        };
  },

  act: (call, tools) =>
    createMissing(call.args.logins, call, tools, call.args.dataCenters),
};

function superuser(name: string): ProviderError {
  return new ProviderError(
    'Conflict',
    `The login "${name}" is a superuser, to whom no permission applies. An administrator runs: ALTER ROLE "${name}" WITH SUPERUSER = false; and this is tried again`,
  );
}

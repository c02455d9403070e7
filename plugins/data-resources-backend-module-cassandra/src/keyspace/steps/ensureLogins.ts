import {
  isProviderError,
  ProviderError,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { limitLogin } from '../../cql/statements';
import { whyNoSuperuser } from '../../roles/whyNoSuperuser';
import type { RoleState } from '../../roles/roleState';
import { settleAll } from '../../session/settleAll';
import {
  createMissing,
  foreignRole,
  seeCreatedRoles,
  seeRoles,
} from './roleRights';
import {
  CONCURRENT_WRITES,
  ROLE_BATCH,
  seenBefore,
  type StepHandler,
  type StepTools,
} from './StepHandler';

/** The logins of a principal are shared by all its grants: there and ours is enough. */
export const ensureLogins: StepHandler<'ensure-logins'> = {
  batchSize: ROLE_BATCH,

  async check({ args, ...call }, tools): Promise<StepCheck> {
    const seen = call.intent
      ? await seeCreatedRoles(args.logins, call, tools)
      : await seeRoles(args.logins, tools);
    const existing = seen.filter(({ state }) => state);
    const foreign = existing.find(({ made }) => !made);
    if (foreign) {
      return {
        state: 'failed',
        error: foreignRole(foreign.name, tools.session.username),
      };
    }
    const superusers = existing.filter(
      ({ state }) => state!.superuser || state!.superuserBy !== undefined,
    );
    const wide = existing.filter(({ state }) =>
      isTooWide(state!, args.dataCenters),
    );
    return existing.length === seen.length &&
      wide.length === 0 &&
      superusers.length === 0
      ? { state: 'satisfied' }
      : {
          state: 'pending',
          evidence: {
            existing: existing.map(({ name }) => name),
            wide: wide.map(({ name }) => name),
            superusers: superusers.map(({ name, state }) =>
              whyNoSuperuser(name, state!.superuserBy),
            ),
          },
          ...(existing.length < seen.length
            ? {}
            : {
                changes: [
                  ...wide.map(({ name, state }) => ({
                    path: `access.${name}.dataCenters`,
                    from: state!.dataCenters ?? 'all',
                    to: args.dataCenters,
                    kind: 'in-place' as const,
                  })),
                  ...superusers.map(({ name }) => ({
                    path: `access.${name}.superuser`,
                    from: true,
                    to: false,
                    kind: 'in-place' as const,
                  })),
                ],
              }),
        };
  },

  async act(call, tools): Promise<void> {
    const { logins, dataCenters } = call.args;
    const [superuser] = seenBefore(call, 'superusers');
    if (superuser !== undefined) {
      throw new ProviderError('Conflict', superuser);
    }
    await createMissing(logins, call, tools, dataCenters);
    await settleAll(seenBefore(call, 'wide'), CONCURRENT_WRITES, login =>
      limit(login, dataCenters!, tools),
    );
  },
};

/** Whether somebody comes in where the instance lets nobody in; the server tells only of who can log in. */
function isTooWide(
  { login, dataCenters }: RoleState,
  limits: readonly string[] | undefined,
): boolean {
  return Boolean(
    limits && login && !dataCenters?.every(name => limits.includes(name)),
  );
}

/** Cassandra leaves this to superusers, for a login that exists. */
async function limit(
  login: string,
  dataCenters: readonly string[],
  { session, deadline }: StepTools,
): Promise<void> {
  const statement = limitLogin(login, dataCenters);
  try {
    await session.write(statement, deadline);
  } catch (error) {
    if (!isProviderError(error) || error.reason !== 'Unauthorized') {
      throw error;
    }
    throw new ProviderError(
      'Unauthorized',
      `The login "${login}" may come in through more data centres than this instance lets logins in, ${dataCenters.join(
        ', ',
      )}, and only a superuser may change that of a login that exists. An administrator runs: ${statement}; and this is tried again`,
    );
  }
}

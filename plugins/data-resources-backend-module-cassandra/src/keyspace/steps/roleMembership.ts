import {
  ProviderError,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import { settleAll } from '../../session/settleAll';
import {
  CONCURRENT_WRITES,
  ROLE_BATCH,
  seenBefore,
  type StepHandler,
  type StepTools,
} from './StepHandler';

/** Gives a group role to both logins; a second GRANT of a role would be refused. */
export const grantRole: StepHandler<'grant-role'> = {
  batchSize: ROLE_BATCH,

  async check({ args, acknowledged }, tools): Promise<StepCheck> {
    // The server writes down whom a role has as a member after all else.
    const shown = acknowledged
      ? await tools.reads.membersOf(args.role)
      : undefined;
    if (shown && args.logins.every(login => shown.includes(login))) {
      return { state: 'satisfied' };
    }
    const members = await membership(args.role, args.logins, tools);
    const gone = members.find(({ isMember }) => isMember === undefined);
    if (gone) {
      return { state: 'failed', error: loginGone(gone.login) };
    }
    const missing = members.filter(({ isMember }) => !isMember);
    return missing.length === 0
      ? { state: 'satisfied' }
      : {
          state: 'pending',
          evidence: { missing: missing.map(({ login }) => login) },
        };
  },

  async act(call, { session, deadline }): Promise<void> {
    await settleAll(seenBefore(call, 'missing'), CONCURRENT_WRITES, login =>
      session.write(cql.grantRole(call.args.role, login), deadline),
    );
  },
};

/** Takes a group role from both logins; that a login or the role is gone is enough. */
export const revokeRole: StepHandler<'revoke-role'> = {
  batchSize: ROLE_BATCH,

  async check({ args }, tools): Promise<StepCheck> {
    const members = (await membership(args.role, args.logins, tools)).filter(
      ({ isMember }) => isMember,
    );
    return members.length === 0
      ? { state: 'satisfied' }
      : {
          state: 'pending',
          evidence: { members: members.map(({ login }) => login) },
        };
  },

  async act(call, { session, deadline }): Promise<void> {
    await settleAll(seenBefore(call, 'members'), CONCURRENT_WRITES, login =>
      session.write(cql.revokeRole(call.args.role, login), deadline),
    );
  },
};

/** `isMember` is undefined where there is no such login. */
function membership(
  role: string,
  logins: readonly string[],
  { roles, deadline, reads, together }: StepTools,
): Promise<{ login: string; isMember?: boolean }[]> {
  return Promise.all(
    logins.map(async login => {
      // One that has many memberships takes the server long, and many steps may be about it.
      const state = await together.once(`role ${login}`, () =>
        reads.role(login),
      );
      if (!deadline.isShared || !state || state.memberOf.includes(role)) {
        return { login, isMember: state?.memberOf.includes(role) };
      }
      // That it is gone is only said when the login's own row has it no more either.
      const own = await together.once(`role ${login} itself`, () =>
        roles.roleItself(login, deadline),
      );
      return { login, isMember: own?.memberOf.includes(role) };
    }),
  );
}

function loginGone(login: string): ProviderError {
  return new ProviderError(
    'Conflict',
    `The login "${login}" is gone: somebody dropped it after it was made. Ask for the grant again`,
  );
}

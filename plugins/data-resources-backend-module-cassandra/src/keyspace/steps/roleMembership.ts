import {
  ProviderError,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import * as cql from '../../cql/statements';
import { settleAll } from '../../session/settleAll';
import {
  CONCURRENT_WRITES,
  type KeyspaceCall,
  ROLE_BATCH,
  seenBefore,
  type StepHandler,
  type StepTools,
} from './StepHandler';

/** Gives a group role to both logins; a second GRANT of a role would be refused. */
export const grantRole: StepHandler<'grant-role'> = {
  batchSize: ROLE_BATCH,

  async check(call, tools): Promise<StepCheck> {
    const { args, acknowledged } = call;
    // The server writes down whom a role has as a member after all else.
    const shown = acknowledged
      ? await tools.reads.membersOf(args.role)
      : undefined;
    if (shown && args.logins.every(login => shown.includes(login))) {
      return { state: 'satisfied' };
    }
    const [members, listedThere] = await Promise.all([
      membership(args.role, args.logins, tools),
      listedMembers(call, tools),
    ]);
    const gone = members.find(({ isMember }) => isMember === undefined);
    if (gone) {
      return { state: 'failed', error: loginGone(gone.login) };
    }
    const missing = members.filter(({ isMember }) => !isMember);
    const unlisted = members.filter(
      ({ login, isMember }) =>
        isMember && listedThere?.includes(login) === false,
    );
    return missing.length + unlisted.length === 0
      ? { state: 'satisfied' }
      : {
          state: 'pending',
          evidence: {
            missing: missing.map(({ login }) => login),
            unlisted: unlisted.map(({ login }) => login),
          },
        };
  },

  async act(call, { session, deadline }): Promise<void> {
    const { role } = call.args;
    const unlisted = seenBefore(call, 'unlisted');
    await settleAll(unlisted, CONCURRENT_WRITES, login =>
      session.write(cql.revokeRole(role, login), deadline),
    );
    await settleAll(
      [...seenBefore(call, 'missing'), ...unlisted],
      CONCURRENT_WRITES,
      login => session.write(cql.grantRole(role, login), deadline),
    );
  },
};

/** Takes a group role from both logins; that a login or the role is gone is enough. */
export const revokeRole: StepHandler<'revoke-role'> = {
  batchSize: ROLE_BATCH,

  async check(call, tools): Promise<StepCheck> {
    const { role, logins } = call.args;
    const [seen, listedThere] = await Promise.all([
      membership(role, logins, tools),
      listedMembers(call, tools),
    ]);
    const members = seen.filter(({ isMember }) => isMember);
    const listed = seen.filter(
      ({ login, isMember }) =>
        isMember === false && listedThere?.includes(login),
    );
    return members.length + listed.length === 0
      ? { state: 'satisfied' }
      : {
          state: 'pending',
          evidence: {
            members: members.map(({ login }) => login),
            listed: listed.map(({ login }) => login),
          },
        };
  },

  async act(call, { session, deadline }): Promise<void> {
    const { role } = call.args;
    const listed = seenBefore(call, 'listed');
    await settleAll(listed, CONCURRENT_WRITES, login =>
      session.write(cql.grantRole(role, login), deadline),
    );
    await settleAll(
      [...seenBefore(call, 'members'), ...listed],
      CONCURRENT_WRITES,
      login => session.write(cql.revokeRole(role, login), deadline),
    );
  },
};

/**
 * Whom the role has as members by the second of two writes, after an attempt that had no certain end: the server
 * writes first with the login what it is a member of, and goes by that, and then with the role who is a member of
 * it, by which others find out and a drop of the role clears up. It refuses to do the second by itself: the whole is
 * undone and done once more. Undefined where that is not to be known.
 */
async function listedMembers(
  {
    args,
    intent,
    acknowledged,
  }: Pick<KeyspaceCall<'grant-role'>, 'args' | 'intent' | 'acknowledged'>,
  { reads }: StepTools,
): Promise<string[] | undefined> {
  return intent && !acknowledged ? reads.membersOf(args.role) : undefined;
}

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

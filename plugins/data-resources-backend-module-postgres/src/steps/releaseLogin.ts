import { dropLogins, handOverOwned } from '../sql/logins';
import { handOverEverywhere } from './handOver';
import {
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = { a: string; b: string };
type Evidence = { logins: string[] };

/** Drops a principal's logins once no grant needs them; what they own goes to the groups. */
export const releaseLogin: StepHandler<Args> = {
  kind: 'release-login',

  describe: ({ a, b }) =>
    [
      '-- only when no other grant needs the logins',
      '-- in each database where they own something, with its group of owners:',
      handOverOwned({ dba: '<database>_dba', owner: '<database>_owner' }, [
        a,
        b,
      ]),
      dropLogins([a, b]),
    ].join('\n'),

  roles: ({ a, b }) => [a, b],

  check(step, catalog) {
    if (step.loginInUse) {
      return satisfied();
    }
    // A role that the provisioner holds no ADMIN on is not one that it made.
    const logins = [step.args.a, step.args.b].filter(
      name => catalog.roles.get(name)?.administered,
    );
    return logins.length === 0 ? satisfied() : pending({ logins });
  },

  async act(step, scope) {
    const { logins } = evidenceOf<Evidence>(step) as Evidence;
    const { connections, deadline } = scope;
    await handOverEverywhere(logins, scope);
    await connections.withAdmin(deadline, session =>
      session.write(
        `dropping the logins ${logins.join(' and ')}`,
        dropLogins(logins),
      ),
    );
  },
};

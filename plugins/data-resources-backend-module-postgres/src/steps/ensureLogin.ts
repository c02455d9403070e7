import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type { RoleRow } from '../provider/catalog';
import { createLogins } from '../sql/statements';
import {
  conflict,
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = { a: string; b: string };
type Evidence = { missing: string[] };

/** Makes a principal's two logins, which all its grants on the instance share. */
export const ensureLogin: StepHandler<Args> = {
  kind: 'ensure-login',

  describe: ({ a, b }) => createLogins([a, b]),

  roles: ({ a, b }) => [a, b],

  check({ args }, catalog) {
    const names = [args.a, args.b];
    for (const name of names) {
      const problem = foreignLogin(catalog.roles.get(name));
      if (problem) {
        return conflict(
          `The role ${name} exists already and ${problem}. Ask the platform team to drop or rename it`,
        );
      }
    }
    const missing = names.filter(name => !catalog.roles.has(name));
    return missing.length === 0 ? satisfied() : pending({ missing });
  },

  async act(step, { connections, deadline }) {
    const { missing } = evidenceOf<Evidence>(step) as Evidence;
    try {
      await connections.withAdmin(deadline, session =>
        session.write(
          `creating the logins ${missing.join(', ')}`,
          createLogins(missing),
        ),
      );
    } catch (error) {
      // Shared: whoever made it a moment before, the check that follows says whether it is ours.
      if (isProviderError(error) && error.reason === 'Conflict') {
        throw new ProviderError('Unknown', error.message);
      }
      throw error;
    }
  },
};

/** Why a role under a login's name cannot be ours. */
function foreignLogin(row: RoleRow | undefined): string | undefined {
  if (!row) {
    return undefined;
  }
  if (!row.administered) {
    return 'was not made by the provisioner, which holds no ADMIN on it or has not marked it';
  }
  if (row.privileged || !row.canLogin) {
    return 'is no plain login';
  }
  return undefined;
}

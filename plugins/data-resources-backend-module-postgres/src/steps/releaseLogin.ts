import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { dropLogins, handOverOwned } from '../sql/logins';
import { groupRoles } from '../type/names';
import {
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
  type StepScope,
} from './StepHandler';

type Args = { a: string; b: string };
type Evidence = { logins: string[] };

/** Databases in which a role owns something, or is named by a privilege. */
const DATABASES_OF_ROLES = `
SELECT DISTINCT d.datname AS database
FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
WHERE s.refclassid = 'pg_authid'::regclass
  AND s.refobjid IN (SELECT oid FROM pg_roles WHERE rolname = ANY ($1::name[]))
ORDER BY 1`;

/** Drops a principal's logins once no grant needs them; what they own goes to the groups. */
export const releaseLogin: StepHandler<Args> = {
  kind: 'release-login',

  describe: ({ a, b }) =>
    [
      '-- only when no other grant needs the logins',
      '-- in each database where they own something, with its group of owners:',
      handOverOwned('<database>_owner', [a, b]),
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
    const rows = await connections.withAdmin(deadline, session =>
      session.read<{ database: string }>(
        `looking for what ${logins.join(' and ')} own`,
        DATABASES_OF_ROLES,
        [logins],
      ),
    );
    for (const { database } of rows) {
      await handOverIn(database, logins, scope);
    }
    await connections.withAdmin(deadline, session =>
      session.write(
        `dropping the logins ${logins.join(' and ')}`,
        dropLogins(logins),
      ),
    );
  },
};

async function handOverIn(
  database: string,
  logins: string[],
  { connections, deadline }: StepScope,
): Promise<void> {
  const { owner } = groupRoles(database);
  try {
    await connections.withDatabase(database, deadline, session =>
      session.write(
        `handing over what ${logins.join(' and ')} own in ${database}`,
        handOverOwned(owner, logins),
      ),
    );
  } catch (error) {
    if (!isProviderError(error) || error.retryable) {
      throw error;
    }
    throw new ProviderError(
      'Conflict',
      `The logins own objects or privileges in the database ${database}, which is none of ours; an administrator has to run REASSIGN OWNED and DROP OWNED there. ${error.message}`,
    );
  }
}

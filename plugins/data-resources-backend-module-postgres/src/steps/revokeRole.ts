import type { Catalog, DatabaseRow } from '../provider/catalog';
import { judgeDatabase } from '../provider/identity';
import { revokeGroup, revokeOwner } from '../sql/grants';
import { endSessionsOf } from '../sql/logins';
import { type GroupGrant, isOwnRole, roleOf, rolesOf } from './grantRole';
import {
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Evidence = { logins: string[] };

/**
 * Takes a group role from both slots and ends their sessions in the database, which would
 * keep it. What an owner made becomes the group's.
 */
export const revokeRole: StepHandler<GroupGrant> = {
  kind: 'revoke-role',

  describe: (args, database) => {
    const { group, a, b } = args;
    const role = roleOf(args);
    return group === 'owner'
      ? `-- in the database ${database}\n${revokeOwner(database, role, [a, b])}`
      : revokeGroup(database, role, [a, b]);
  },

  roles: rolesOf,

  check({ object, args }, catalog) {
    const { a, b } = args;
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours' || !isOwnRole(object, catalog, args)) {
      // The right went with the object that it was on.
      return satisfied();
    }
    const logins = [a, b].filter(login => catalog.roles.has(login));
    return logins.some(login => stillHas(catalog, found.row, args, login))
      ? pending({ logins })
      : satisfied();
  },

  async act(step, { connections, deadline }) {
    const { group } = step.args;
    const role = roleOf(step.args);
    const { name } = step.object;
    const { logins } = evidenceOf<Evidence>(step) as Evidence;
    const what = `revoking ${role} from ${logins.join(' and ')}`;
    if (group === 'owner') {
      await connections.withDatabase(name, deadline, session =>
        session.write(what, revokeOwner(name, role, logins)),
      );
    } else {
      await connections.withAdmin(deadline, session =>
        session.write(what, revokeGroup(name, role, logins)),
      );
    }
    // Who came back while it was not committed yet has the group still, and keeps it.
    await connections.withAdmin(deadline, session =>
      session.write(what, endSessionsOf(logins, name)),
    );
  },
};

function stillHas(
  catalog: Catalog,
  { roleSettings }: DatabaseRow,
  args: GroupGrant,
  login: string,
): boolean {
  const role = roleOf(args);
  return (
    catalog.memberships.some(
      entry => entry.role === role && entry.member === login && entry.granted,
    ) ||
    (args.group === 'owner' &&
      roleSettings.some(
        entry =>
          entry.role === login && entry.settings.includes(`role=${role}`),
      ))
  );
}

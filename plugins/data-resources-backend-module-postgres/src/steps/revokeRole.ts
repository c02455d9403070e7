import type { Catalog, DatabaseRow } from '../provider/catalog';
import { judgeDatabase, ownGroupRole } from '../provider/identity';
import { revokeGroup, revokeOwner } from '../sql/statements';
import type { GroupGrant } from './grantRole';
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

  describe: ({ roles, group, a, b }, database) =>
    group === 'owner'
      ? `-- in the database ${database}\n${revokeOwner(database, roles.owner, [
          a,
          b,
        ])}`
      : revokeGroup(database, roles[group], [a, b]),

  roles: ({ roles, a, b }) => [...Object.values(roles), a, b],

  check({ object, args }, catalog) {
    const { roles, group, a, b } = args;
    const found = judgeDatabase(object, catalog);
    if (
      found.state !== 'ours' ||
      !ownGroupRole(object, catalog, group, roles[group])
    ) {
      // The right went with the object that it was on.
      return satisfied();
    }
    const logins = [a, b].filter(login => catalog.roles.has(login));
    return logins.some(login => stillHas(catalog, found.row, args, login))
      ? pending({ logins })
      : satisfied();
  },

  async act(step, { connections, deadline }) {
    const { roles, group } = step.args;
    const { name } = step.object;
    const { logins } = evidenceOf<Evidence>(step) as Evidence;
    const what = `revoking ${roles[group]} from ${logins.join(' and ')}`;
    if (group === 'owner') {
      await connections.withDatabase(name, deadline, session =>
        session.write(what, revokeOwner(name, roles.owner, logins)),
      );
    } else {
      await connections.withAdmin(deadline, session =>
        session.write(what, revokeGroup(name, roles[group], logins)),
      );
    }
  },
};

function stillHas(
  catalog: Catalog,
  { roleSettings }: DatabaseRow,
  { roles, group }: GroupGrant,
  login: string,
): boolean {
  return (
    catalog.memberships.some(
      entry =>
        entry.role === roles[group] && entry.member === login && entry.granted,
    ) ||
    (group === 'owner' &&
      roleSettings.some(
        entry =>
          entry.role === login &&
          entry.settings.includes(`role=${roles.owner}`),
      ))
  );
}

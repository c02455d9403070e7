import { ownGroupRole } from '../provider/identity';
import { dropRoles } from '../sql/statements';
import type { GroupRoles } from '../type/names';
import {
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = { roles: GroupRoles };
type Evidence = { names: string[] };

const KEYS = ['dba', 'owner', 'rw', 'ro'] as const;

/** Drops the group roles that were recorded, and with them every membership. */
export const dropGroupRoles: StepHandler<Args> = {
  kind: 'drop-group-roles',

  describe: ({ roles }) => dropRoles(KEYS.map(key => roles[key])),

  roles: ({ roles }) => KEYS.map(key => roles[key]),

  check({ object, args }, catalog) {
    const names = KEYS.filter(key =>
      ownGroupRole(object, catalog, key, args.roles[key]),
    ).map(key => args.roles[key]);
    return names.length === 0 ? satisfied() : pending({ names });
  },

  async act(step, { connections, deadline }) {
    const { names } = evidenceOf<Evidence>(step) as Evidence;
    await connections.withAdmin(deadline, session =>
      session.write(
        `dropping the group roles of ${step.object.name}`,
        dropRoles(names),
      ),
    );
  },
};

import { ownGroupRole, ownSchemaRoles } from '../provider/identity';
import { dropRoles } from '../sql/statements';
import type { GroupRoles } from '../type/names';
import { namesOfSchemaRoles, type SchemaRoles } from '../type/schemas';
import { handOverEverywhere } from './handOver';
import {
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = {
  roles: GroupRoles;
  /** Schemas whose group roles go as well. */
  schemas?: SchemaRoles[];
};
type Evidence = { names: string[] };

const KEYS = ['dba', 'owner', 'rw', 'ro'] as const;

/** Drops the group roles that were recorded, and with them every membership. */
export const dropGroupRoles: StepHandler<Args> = {
  kind: 'drop-group-roles',

  describe: args =>
    `-- what they were given in other databases ends there\n${dropRoles(
      namesOf(args),
    )}`,

  roles: namesOf,

  check({ object, args }, catalog) {
    const names = [
      ...KEYS.filter(key =>
        ownGroupRole(object, catalog, key, args.roles[key]),
      ).map(key => args.roles[key]),
      ...(args.schemas ?? []).flatMap(schema =>
        ownSchemaRoles(object, catalog, schema),
      ),
    ];
    return names.length === 0 ? satisfied() : pending({ names });
  },

  async act(step, scope) {
    const { connections, deadline } = scope;
    const { names } = evidenceOf<Evidence>(step) as Evidence;
    await handOverEverywhere(names, scope);
    await connections.withAdmin(deadline, session =>
      session.write(
        `dropping the group roles of ${step.object.name}`,
        dropRoles(names),
      ),
    );
  },
};

function namesOf({ roles, schemas = [] }: Args): string[] {
  return [...KEYS.map(key => roles[key]), ...namesOfSchemaRoles(schemas)];
}

import { randomUUID } from 'node:crypto';
import type { Catalog, RoleRow } from '../provider/catalog';
import { identityHere, judgeDatabase } from '../provider/identity';
import {
  ATTEMPT_PLACEHOLDER,
  createGroupRoles as statement,
  roleMarker,
} from '../sql/statements';
import type { GroupRoles } from '../type/names';
import {
  conflict,
  evidenceOf,
  pending,
  satisfied,
  type StepHandler,
  type TypedStep,
} from './StepHandler';

type Args = {
  roles: GroupRoles;
  /** The database that there must be, where one is adopted. */
  adopts?: { systemIdentifier: string; database: number };
};
type Evidence = { token: string; missing: string[] };

const KEYS = ['dba', 'owner', 'rw', 'ro'] as const;

/** Makes the group roles in one transaction, marked so that a lost answer can be proven. */
export const createGroupRoles: StepHandler<Args> = {
  kind: 'create-group-roles',
  looksAtMadeIn: true,

  // Each statement of it goes through all that the provisioner holds once more when another one has made a role.
  fewAtOnce: true,

  describe: (args, database, installationId) =>
    statement({
      names: KEYS.map(key => args.roles[key]),
      marker: roleMarker(installationId, database, ATTEMPT_PLACEHOLDER),
      become: becoming(args),
    }),

  roles: ({ roles }) => KEYS.map(key => roles[key]),

  check(step, catalog, { installationId }) {
    const { name } = step.object;
    const { roles, adopts } = step.args;
    const found = judgeDatabase(step.object, catalog);
    if (
      adopts &&
      (found.state === 'absent' ||
        found.row.oid !== adopts.database ||
        catalog.systemIdentifier !== adopts.systemIdentifier)
    ) {
      return conflict(
        `The database ${name} is not the one that was to be adopted any more: somebody dropped or replaced it. Plan anew from what is there now`,
      );
    }
    const token = evidenceOf<Evidence>(step).token;
    const marker = token && roleMarker(installationId, name, token);
    const foreign = foreignRoles(step, catalog, marker);
    if (foreign.length > 0) {
      return conflict(
        `The role ${foreign.join(
          ', ',
        )} exists already and was not made for this database ${name}. Choose another name, or ask the platform team to drop or rename the role`,
      );
    }
    const missing = KEYS.map(key => roles[key]).filter(
      role => !catalog.roles.has(role),
    );
    if (missing.length === 0) {
      return satisfied({
        systemIdentifier: catalog.systemIdentifier,
        roles: Object.fromEntries(
          KEYS.map(key => [key, catalog.roles.get(roles[key])!.oid]),
        ),
        ...(adopts ? { adopted: adopts.database } : {}),
      });
    }
    if (!adopts && found.state === 'foreign') {
      return conflict(
        `The database ${name} exists already and is nobody's here. Choose another name, or ask the platform team to adopt or rename it`,
      );
    }
    return pending({ token: token ?? randomUUID(), missing });
  },

  async act(step, { connections, deadline, installationId }) {
    const { name } = step.object;
    const { token, missing } = evidenceOf<Evidence>(step) as Evidence;
    await connections.withAdmin(deadline, session =>
      session.write(
        `creating the group roles of ${name}`,
        statement({
          names: missing,
          marker: roleMarker(installationId, name, token),
          become: becoming(step.args),
        }),
      ),
    );
  },
};

/** What the provisioner makes and prepares the database as; what is adopted is there. */
function becoming({ roles, adopts }: Args): string[] {
  return adopts ? [] : [roles.dba, roles.owner];
}

/** Roles under our names that neither the record nor this attempt's mark proves to be ours. */
function foreignRoles(
  step: TypedStep<Args>,
  catalog: Catalog,
  marker: string | undefined,
): string[] {
  const recorded = identityHere(step.object, catalog)?.roles;
  const found = KEYS.flatMap(key => {
    const row = catalog.roles.get(step.args.roles[key]);
    return row ? [{ key, row }] : [];
  });
  const isMarked = (row: RoleRow) =>
    marker !== undefined && row.comment === marker;
  // Of those that were made together, one has the mark.
  const marked = found.find(({ row }) => isMarked(row));
  const madeIn = marked && catalog.madeIn.get(marked.row.oid);
  return found
    .filter(
      ({ key, row }) =>
        row.oid !== recorded?.[key] &&
        !isMarked(row) &&
        (madeIn === undefined || catalog.madeIn.get(row.oid) !== madeIn),
    )
    .map(({ row }) => row.name);
}

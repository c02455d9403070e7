import type {
  PlannedGrant,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import type { LoginLimits } from '../config/readInstanceConfig';
import type { Dialect } from '../sql/dialect';
import { ensureLogin } from '../steps/ensureLogin';
import { grantGroupRole, grantRole } from '../steps/grantRole';
import { planStep } from '../steps/handlers';
import { releaseLogin } from '../steps/releaseLogin';
import { revokeRole } from '../steps/revokeRole';
import { groupRoles } from '../type/names';
import { groupOf, isCreating } from '../type/roles';
import {
  hasRoomForRoles,
  type SchemaRoles,
  schemaRoles,
} from '../type/schemas';
import type { DatabaseSpec } from '../type/specSchema';

/** What all steps of one plan have in common. */
export interface CommonArgs {
  database: string;
  installationId: string;
  dialect: Dialect;
}

/** Writes the steps of who has access to a database. */
export class AccessSteps {
  readonly #common: CommonArgs;
  readonly #limits: LoginLimits;

  constructor(common: CommonArgs, limits: LoginLimits) {
    this.#common = common;
    this.#limits = limits;
  }

  /** All logins first: steps of one kind that stand together run together. */
  grants(
    grants: readonly PlannedGrant[],
    { schemas = [] }: Pick<DatabaseSpec, 'schemas'>,
  ): PlannedStep[] {
    return [
      ...distinctLogins(grants).map(({ principal, login: { base, a, b } }) =>
        planStep(ensureLogin, {
          ...this.#common,
          id: `ensure-login-${base}`,
          title: `Ensure the logins of ${principal}`,
          args: {
            a,
            b,
            ...(Object.keys(this.#limits).length === 0
              ? {}
              : { principal, limits: { ...this.#limits } }),
          },
          login: { base, mode: 'ensure' },
        }),
      ),
      ...grants.map(({ principal, role, login: { base, a, b } }) =>
        planStep(isCreating(role) ? grantRole : grantGroupRole, {
          ...this.#common,
          id: `grant-${stepName(role)}-${base}`,
          title: `Make ${principal} ${role}`,
          args: {
            roles: groupRoles(this.#common.database),
            ...groupOf(this.#common.database, role),
            a,
            b,
            ...(isCreating(role) ? { routines: true } : {}),
            ...(role === 'owner' && schemas.length > 0
              ? { schemas: rolesOfSchemas(this.#common.database, schemas) }
              : {}),
          },
        }),
      ),
    ];
  }

  revocations(
    grants: readonly PlannedGrant[],
    keep: readonly PlannedGrant[],
  ): PlannedStep[] {
    // A role that is held twice is one membership, which the other grant still needs.
    const taken = grants.filter(
      grant =>
        !keep.some(
          kept =>
            kept.principal === grant.principal && kept.role === grant.role,
        ),
    );
    return [
      ...taken.map(({ principal, role, login: { base, a, b } }) =>
        planStep(revokeRole, {
          ...this.#common,
          id: `revoke-${stepName(role)}-${base}`,
          title: `Revoke ${role} from ${principal} and end its sessions`,
          args: {
            roles: groupRoles(this.#common.database),
            ...groupOf(this.#common.database, role),
            a,
            b,
          },
        }),
      ),
      ...this.releases(grants),
    ];
  }

  releases(grants: readonly PlannedGrant[]): PlannedStep[] {
    return distinctLogins(grants).map(({ principal, login: { base, a, b } }) =>
      planStep(releaseLogin, {
        ...this.#common,
        id: `release-login-${base}`,
        title: `Drop the logins of ${principal}, if nothing else needs them`,
        args: { a, b },
        login: { base, mode: 'release' },
      }),
    );
  }
}

/** Grants of which no two are of the same logins. */
export function distinctLogins(
  grants: readonly PlannedGrant[],
): PlannedGrant[] {
  const bases = new Map<string, PlannedGrant>();
  for (const grant of grants) {
    if (!bases.has(grant.login.base)) {
      bases.set(grant.login.base, grant);
    }
  }
  return [...bases.values()];
}

/** The roles of those schemas whose names leave room for them. */
export function rolesOfSchemas(
  database: string,
  schemas: readonly string[],
): SchemaRoles[] {
  return schemas
    .filter(schema => hasRoomForRoles(database, schema))
    .map(schema => schemaRoles(database, schema));
}

/** A role in the id of a step. */
function stepName(role: string): string {
  return role.replace(':', '.');
}

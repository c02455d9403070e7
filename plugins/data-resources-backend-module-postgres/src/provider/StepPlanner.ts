import type {
  PlanInput,
  PlannedGrant,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import type { LoginLimits } from '../config/readInstanceConfig';
import type { DumpConfig } from '../config/readDeletion';
import type { Adoption } from '../sql/adoption';
import type { Dialect } from '../sql/dialect';
import { adoptDatabase } from '../steps/adoptDatabase';
import { alterDatabase } from '../steps/alterDatabase';
import { alterExtensions } from '../steps/alterExtensions';
import { closeDatabase } from '../steps/closeDatabase';
import { createDatabase } from '../steps/createDatabase';
import { createGroupRoles } from '../steps/createGroupRoles';
import { createSchemas } from '../steps/createSchemas';
import { dropDatabase } from '../steps/dropDatabase';
import { dropGroupRoles } from '../steps/dropGroupRoles';
import { dropSchemas } from '../steps/dropSchemas';
import { dumpDatabase } from '../steps/dumpDatabase';
import { planStep } from '../steps/handlers';
import { mendPrivileges } from '../steps/mendPrivileges';
import { openDatabase } from '../steps/openDatabase';
import { prepareDatabase } from '../steps/prepareDatabase';
import { groupRoles } from '../type/names';
import { isCreating } from '../type/roles';
import type { DatabaseSpec } from '../type/specSchema';
import {
  AccessSteps,
  type CommonArgs,
  distinctLogins,
  rolesOfSchemas,
} from './AccessSteps';
import type { Differences } from './differences';
import { observedFacts, type ObservedFacts } from './facts';
import type { DatabaseIdentity } from './identity';

/** Writes the steps of one database. */
export class StepPlanner {
  /** Those of who has access. */
  readonly access: AccessSteps;
  readonly #common: CommonArgs;
  readonly #database: string;
  readonly #colocation: boolean;

  /** @param server - the rules that the statements are shown by, and what the instance asks for */
  constructor(
    database: string,
    installationId: string,
    {
      dialect,
      colocation,
      limits,
    }: { dialect: Dialect; colocation: boolean; limits: LoginLimits },
  ) {
    this.#database = database;
    this.#common = { database, installationId, dialect };
    this.#colocation = colocation;
    this.access = new AccessSteps(this.#common, limits);
  }

  database(spec: DatabaseSpec): PlannedStep[] {
    const roles = groupRoles(this.#database);
    const { encoding, locale, localeProvider, template } = spec;
    const { connectionLimit, parameters, extensions, schemas = [] } = spec;
    return [
      planStep(createGroupRoles, {
        ...this.#common,
        id: 'create-group-roles',
        title: `Create the group roles of ${this.#database}`,
        args: { roles },
      }),
      planStep(createDatabase, {
        ...this.#common,
        id: 'create-database',
        title: `Create the database ${this.#database}`,
        args: {
          owner: roles.dba,
          encoding,
          ...(locale === undefined ? {} : { locale }),
          ...(localeProvider === undefined ? {} : { localeProvider }),
          ...(template === undefined ? {} : { template }),
          connectionLimit,
          ...(this.#colocation ? { colocation: true } : {}),
        },
      }),
      planStep(prepareDatabase, {
        ...this.#common,
        id: 'prepare-database',
        title:
          'Revoke the rights of PUBLIC, let the groups in; parameters, default privileges, extensions',
        args: { roles, parameters, extensions: [...extensions] },
      }),
      ...this.#createSchemas(schemas, []),
    ];
  }

  adoption(
    planned: { systemIdentifier: string; database: number },
    adoption: Omit<Adoption, 'roles'>,
  ): PlannedStep[] {
    const roles = groupRoles(this.#database);
    return [
      planStep(createGroupRoles, {
        ...this.#common,
        id: 'create-group-roles',
        title: `Create the group roles of ${this.#database}`,
        args: { roles, adopts: planned },
      }),
      planStep(adoptDatabase, {
        ...this.#common,
        id: 'adopt-database',
        title: `Open ${
          this.#database
        } to its group roles, beside those who have access already`,
        args: { roles, ...planned, ...adoption },
      }),
    ];
  }

  /** Schemas and extensions first: the server may refuse to drop one, and then all stays as it was. */
  alterations(
    differences: Differences,
    grants: readonly PlannedGrant[],
  ): PlannedStep[] {
    const roles = groupRoles(this.#database);
    const { connectionLimit, set, reset, create, update, drop } = differences;
    const { schemas } = differences;
    const steps = [
      ...this.#dropSchemas(schemas.drop),
      ...this.#createSchemas(
        [...schemas.create, ...schemas.mend].sort(),
        grants.filter(({ role }) => isCreating(role)),
      ),
    ];
    if (create.length + update.length + drop.length > 0) {
      steps.push(
        planStep(alterExtensions, {
          ...this.#common,
          id: 'alter-extensions',
          title: `Change the extensions of ${this.#database}`,
          args: {
            roles,
            drop,
            create,
            ...(update.length === 0
              ? {}
              : { update: update.map(({ name, to }) => ({ name, to })) }),
          },
        }),
      );
    }
    if (connectionLimit || set.length + reset.length > 0) {
      steps.push(
        planStep(alterDatabase, {
          ...this.#common,
          id: 'alter-database',
          title: `Change the settings of ${this.#database}`,
          args: {
            dba: roles.dba,
            ...(connectionLimit ? { connectionLimit: connectionLimit.to } : {}),
            set: Object.fromEntries(set.map(({ name, to }) => [name, to])),
            reset: reset.map(({ name }) => name),
          },
        }),
      );
    }
    return steps;
  }

  /** What somebody took is given again, by roles that are there for it. */
  upkeep({ object, observed }: PlanInput<DatabaseSpec>): PlannedStep[] {
    const roles = groupRoles(this.#database);
    const { systemIdentifier, adopted } = (object.identity ??
      {}) as Partial<DatabaseIdentity>;
    const { missing } = observedFacts(observed.facts);
    if (!missing) {
      return [];
    }
    const { database = [], schema = [], defaults = [] } = missing;
    return [
      ...(missing.roles
        ? [
            planStep(createGroupRoles, {
              ...this.#common,
              id: 'create-group-roles',
              title: `Make the group roles ${missing.roles.join(', ')} again`,
              args: {
                roles,
                ...(adopted === undefined
                  ? {}
                  : {
                      adopts: {
                        systemIdentifier: systemIdentifier!,
                        database: adopted,
                      },
                    }),
              },
            }),
          ]
        : []),
      planStep(mendPrivileges, {
        ...this.#common,
        id: 'mend-privileges',
        title: `Give the groups of ${this.#database} again what is gone`,
        args: { roles, database, schema, defaults },
      }),
    ];
  }

  closing(): PlannedStep[] {
    return [
      planStep(closeDatabase, {
        ...this.#common,
        id: 'close-database',
        title: `Refuse connections to ${this.#database} and end its sessions`,
        args: { dba: groupRoles(this.#database).dba },
      }),
    ];
  }

  opening(): PlannedStep[] {
    return [
      planStep(openDatabase, {
        ...this.#common,
        id: 'open-database',
        title: `Let connections to ${this.#database} in again`,
        args: { dba: groupRoles(this.#database).dba },
      }),
    ];
  }

  /** A last one, before the database goes. */
  dump({ folder, command }: DumpConfig): PlannedStep[] {
    return [
      planStep(dumpDatabase, {
        ...this.#common,
        id: 'dump-database',
        title: `Write a last dump of ${this.#database} to ${folder}`,
        args: { roles: groupRoles(this.#database), folder, command },
      }),
    ];
  }

  /** Schemas whose roles are known go with them. */
  removal(
    schemas: readonly string[],
    { isTemplate }: Pick<ObservedFacts, 'isTemplate'>,
  ): PlannedStep[] {
    const roles = groupRoles(this.#database);
    return [
      planStep(dropDatabase, {
        ...this.#common,
        id: 'drop-database',
        title: `Drop the database ${this.#database} and all that is in it`,
        args: { dba: roles.dba, ...(isTemplate ? { isTemplate } : {}) },
      }),
      planStep(dropGroupRoles, {
        ...this.#common,
        id: 'drop-group-roles',
        title: `Drop the group roles of ${this.#database}`,
        args: {
          roles,
          ...(schemas.length === 0
            ? {}
            : { schemas: rolesOfSchemas(this.#database, schemas) }),
        },
      }),
    ];
  }

  #createSchemas(
    schemas: readonly string[],
    owners: readonly PlannedGrant[],
  ): PlannedStep[] {
    return schemas.length === 0
      ? []
      : [
          planStep(createSchemas, {
            ...this.#common,
            id: 'create-schemas',
            title: `Make the schemas ${schemas.join(
              ', ',
            )} with their group roles`,
            args: {
              roles: groupRoles(this.#database),
              schemas: rolesOfSchemas(this.#database, schemas),
              logins: distinctLogins(owners).flatMap(({ login: { a, b } }) => [
                a,
                b,
              ]),
            },
          }),
        ];
  }

  #dropSchemas(schemas: readonly string[]): PlannedStep[] {
    return schemas.length === 0
      ? []
      : [
          planStep(dropSchemas, {
            ...this.#common,
            id: 'drop-schemas',
            title: `Drop the schemas ${schemas.join(
              ', ',
            )}, if they are empty, and their group roles`,
            args: {
              roles: groupRoles(this.#database),
              schemas: rolesOfSchemas(this.#database, schemas),
            },
          }),
        ];
  }
}

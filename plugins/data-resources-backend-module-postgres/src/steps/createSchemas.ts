import { randomUUID } from 'node:crypto';
import type { Catalog } from '../provider/catalog';
import {
  type DatabaseIdentity,
  identityHere,
  judgeDatabase,
} from '../provider/identity';
import { isWholeSchema } from '../provider/schemaState';
import {
  hasSchemaDefaults,
  readTenantCatalog,
} from '../provider/tenantCatalog';
import { createSchemas as statement } from '../sql/schemas';
import { ATTEMPT_PLACEHOLDER, roleMarker } from '../sql/statements';
import type { GroupRoles } from '../type/names';
import {
  namesOfSchemaRoles,
  SCHEMA_GROUPS,
  type SchemaRoles,
} from '../type/schemas';
import {
  conflict,
  evidenceOf,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
  type TypedStep,
} from './StepHandler';

type Args = {
  roles: GroupRoles;
  schemas: SchemaRoles[];
  /** Logins of owners, which create as themselves after RESET ROLE. */
  logins: string[];
};
type Evidence = { token: string; missing: string[]; logins: string[] };

/** Makes schemas with their group roles, in one transaction; mends those that are there. */
export const createSchemas: StepHandler<Args> = {
  kind: 'create-schemas',

  describe: ({ roles, schemas, logins }, database, installationId) =>
    `-- in the database ${database}\n${statement({
      database,
      roles,
      schemas,
      missing: namesOfSchemaRoles(schemas),
      marker: roleMarker(installationId, database, ATTEMPT_PLACEHOLDER),
      logins,
    })}`,

  roles: ({ roles, schemas, logins }) => [
    ...Object.values(roles),
    ...namesOfSchemaRoles(schemas),
    ...logins,
  ],

  async check(step, catalog, { connections, deadline, installationId }) {
    const { object, args } = step;
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const { token } = evidenceOf<Evidence>(step);
    const foreign = foreignRoles(
      step,
      catalog,
      token && roleMarker(installationId, object.name, token),
    );
    if (foreign.length > 0) {
      return conflict(
        `The role ${foreign.join(
          ', ',
        )} exists already and was not made for this database ${
          object.name
        }. Choose another name for the schema, or ask the platform team to drop or rename the role`,
      );
    }
    const tenant = await connections.withDatabase(
      object.name,
      deadline,
      readTenantCatalog,
    );
    if (tenant.oid !== found.row.oid) {
      return notOurs(object.name, 'foreign');
    }
    const taken = tenant.schemas.find(
      ({ name, owner }) =>
        owner !== args.roles.dba &&
        args.schemas.some(({ schema }) => schema === name),
    );
    if (taken) {
      return conflict(
        `The schema ${taken.name} exists already and belongs to ${taken.owner}. Choose another name, or an owner of the database renames it and moves what is in it`,
      );
    }
    const logins = args.logins.filter(name => catalog.roles.has(name));
    const scope = { row: found.row, catalog, tenant, roles: args.roles };
    const done = args.schemas.every(
      schema =>
        isWholeSchema(schema, scope) &&
        hasSchemaDefaults(tenant, logins, schema),
    );
    return done
      ? satisfied({ schemas: withSchemas(step, catalog) })
      : pending({
          token: token ?? randomUUID(),
          missing: namesOfSchemaRoles(args.schemas).filter(
            name => !catalog.roles.has(name),
          ),
          logins,
        });
  },

  async act(step, { connections, deadline, installationId }) {
    const { object, args } = step;
    const { token, missing, logins } = evidenceOf<Evidence>(step) as Evidence;
    await connections.withDatabase(object.name, deadline, session =>
      session.write(
        `making schemas in ${object.name}`,
        statement({
          database: object.name,
          roles: args.roles,
          schemas: args.schemas,
          missing,
          marker: roleMarker(installationId, object.name, token),
          logins,
        }),
      ),
    );
  },
};

/** Roles under our names that neither the record nor this attempt's mark proves to be ours. */
function foreignRoles(
  { object, args }: TypedStep<Args>,
  catalog: Catalog,
  marker: string | undefined,
): string[] {
  const recorded = identityHere(object, catalog)?.schemas;
  return args.schemas.flatMap(schema =>
    SCHEMA_GROUPS.filter(group => {
      const row = catalog.roles.get(schema[group]);
      const marked = marker !== undefined && row?.comment === marker;
      return row && row.oid !== recorded?.[schema.schema]?.[group] && !marked;
    }).map(group => schema[group]),
  );
}

/** All schemas that are recorded then; what is recorded of an object is replaced field by field. */
function withSchemas(
  { object, args }: TypedStep<Args>,
  catalog: Catalog,
): NonNullable<DatabaseIdentity['schemas']> {
  const oid = (name: string) => catalog.roles.get(name)!.oid;
  return {
    ...identityHere(object, catalog)?.schemas,
    ...Object.fromEntries(
      args.schemas.map(({ schema, owner, rw, ro }) => [
        schema,
        { owner: oid(owner), rw: oid(rw), ro: oid(ro) },
      ]),
    ),
  };
}

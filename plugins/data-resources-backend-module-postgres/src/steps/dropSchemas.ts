import {
  isProviderError,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import {
  identityHere,
  judgeDatabase,
  ownSchemaRoles,
} from '../provider/identity';
import { readTenantCatalog } from '../provider/tenantCatalog';
import { dropSchemas as statement } from '../sql/schemas';
import type { GroupRoles } from '../type/names';
import { namesOfSchemaRoles, type SchemaRoles } from '../type/schemas';
import {
  evidenceOf,
  notOurs,
  pending,
  satisfied,
  type StepHandler,
} from './StepHandler';

type Args = { roles: GroupRoles; schemas: SchemaRoles[] };
type Evidence = { oid: number; schemas: string[]; gone: string[] };

/** Drops schemas that are empty, with their group roles, in one transaction. */
export const dropSchemas: StepHandler<Args> = {
  kind: 'drop-schemas',

  describe: ({ roles, schemas }, database) =>
    `-- in the database ${database}\n${statement(
      roles,
      schemas.map(({ schema }) => schema),
      namesOfSchemaRoles(schemas),
    )}`,

  roles: ({ roles, schemas }) => [
    ...Object.values(roles),
    ...namesOfSchemaRoles(schemas),
  ],

  async check({ object, args }, catalog, { connections, deadline }) {
    const found = judgeDatabase(object, catalog);
    if (found.state !== 'ours') {
      return notOurs(object.name, found.state);
    }
    const tenant = await connections.withDatabase(
      object.name,
      deadline,
      readTenantCatalog,
    );
    if (tenant.oid !== found.row.oid) {
      return notOurs(object.name, 'foreign');
    }
    // One that belongs to somebody else took the place of ours, and is left alone.
    const schemas = args.schemas
      .map(({ schema }) => schema)
      .filter(name =>
        tenant.schemas.some(
          each => each.name === name && each.owner === args.roles.dba,
        ),
      );
    const gone = args.schemas.flatMap(schema =>
      ownSchemaRoles(object, catalog, schema),
    );
    if (schemas.length + gone.length > 0) {
      return pending({ oid: tenant.oid, schemas, gone });
    }
    const dropped = args.schemas.map(({ schema }) => schema);
    return satisfied({
      schemas: Object.fromEntries(
        Object.entries(identityHere(object, catalog)?.schemas ?? {}).filter(
          ([name]) => !dropped.includes(name),
        ),
      ),
    });
  },

  async act(step, { connections, deadline }) {
    const { name } = step.object;
    const { oid, schemas, gone } = evidenceOf<Evidence>(step) as Evidence;
    await connections.withDatabase(name, deadline, async session => {
      // A session stays with the database that it was opened to, whoever has the name later.
      if ((await readTenantCatalog(session)).oid !== oid) {
        throw new ProviderError(
          'Conflict',
          `The database ${name} was replaced while its schemas were about to be dropped, and is left alone`,
        );
      }
      await session
        .write(
          `dropping schemas of ${name}`,
          statement(step.args.roles, schemas, gone),
        )
        .catch(error => {
          throw inTheServersWords(error);
        });
    });
  },
};

/** What is in a schema is the tenant's own: no other's object stands in the way. */
function inTheServersWords(error: unknown): unknown {
  return isProviderError(error) && error.reason === 'Conflict'
    ? new ProviderError(
        'Rejected',
        `${error.message.replace(
          /\.$/,
          '',
        )}. Nothing was changed: an owner of the database has to move or drop what is in the schema first, or the schema stays in the spec`,
      )
    : error;
}
